// title = { zh = "环节之间的供给关系", en = "Supply arcs of a chain" }
// question = { zh = "哪个环节的产出是哪个环节的投入？", en = "Which link feeds which?" }
// columns = ["from_id", "from_link", "to_id", "to_link", "role"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(a:ChainLink)-[f:FEEDS]->(b:ChainLink)
RETURN a.id AS from_id, a.name AS from_link, b.id AS to_id, b.name AS to_link, f.role AS role
ORDER BY from_id, to_id
