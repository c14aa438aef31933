// title = { zh = "产业链环节", en = "Links of a chain" }
// question = { zh = "一条产业链有哪些环节、上级环节、阶段和重要程度？", en = "Which links does a chain have, with parent, stage and criticality?" }
// columns = ["link_id", "link", "link_en", "parent_id", "parent", "stage", "criticality", "chokepoint", "typical_products", "source_ids"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
OPTIONAL MATCH (l)-[:BROADER]->(parent:ChainLink)
RETURN l.id AS link_id, l.name AS link, l.name_en AS link_en, parent.id AS parent_id, parent.name AS parent, l.stage AS stage,
       l.criticality AS criticality, l.chokepoint AS chokepoint, l.typical_products AS typical_products, l.source_ids AS source_ids
ORDER BY link_id
