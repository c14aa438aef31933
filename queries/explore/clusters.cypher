// title = { zh = "产业集聚区", en = "Industrial clusters" }
// question = { zh = "有哪些产业集聚区，在哪里，做哪条产业链？", en = "Which clusters are there, where, for which chain?" }
// columns = ["cluster_id", "cluster", "cluster_en", "place_id", "place", "place_en", "chain_id", "chain"]
MATCH (c:Cluster)-[:SUPPORTS]->(chain:Chain)
OPTIONAL MATCH (c)-[:LOCATED_IN]->(p:Place)
RETURN c.id AS cluster_id, c.name AS cluster, c.name_en AS cluster_en, p.id AS place_id, p.name AS place, p.name_en AS place_en,
       chain.id AS chain_id, chain.name AS chain
ORDER BY cluster_id, chain_id, place_id
