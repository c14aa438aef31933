// title = { zh = "链主需求与本地配套", en = "What chain leaders need" }
// question = { zh = "链主企业需要哪些环节，本地有没有企业能配套？", en = "Which links do chain leaders demand, and does the region have makers?" }
// columns = ["leader_id", "leader", "leader_in_region", "chain_id", "chain", "link_id", "link", "local_firms", "is_local", "detail", "amount", "unit", "source_ids"]
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Firm)
WITH collect(DISTINCT h.id) AS here
MATCH (leader:ChainLeader)-[d:DEMANDS]->(l:ChainLink)-[:PART_OF]->(c:Chain)
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:OPERATES_IN]-(f:Firm)
  RETURN collect(DISTINCT f.id) AS firms
}
WITH here, leader, d, l, c, size([f IN firms WHERE f IN here AND f <> leader.id]) AS local_firms
RETURN leader.id AS leader_id, leader.name AS leader, leader.id IN here AS leader_in_region, c.id AS chain_id, c.name AS chain,
       l.id AS link_id, l.name AS link, local_firms AS local_firms, local_firms > 0 AS is_local, d.detail AS detail,
       d.amount AS amount, d.unit AS unit, d.source_ids AS source_ids
ORDER BY leader_id, link_id
