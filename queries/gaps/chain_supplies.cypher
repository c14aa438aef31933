// title = { zh = "环节之间的供给关系", en = "Supply arcs of a chain" }
// question = { zh = "哪个环节的产出是哪个环节的投入？", en = "Which link feeds which?" }
// columns = ["from_id", "from_link", "to_id", "to_link", "role"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"

// Arcs that leave or enter the chain are among them, and those of variants that lie in other chains.
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
CALL (l) {
  MATCH (l)-[f:FEEDS]->(b:ChainLink)
  RETURN l AS a, f AS f, b AS b
  UNION
  MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(b:ChainLink)<-[f:FEEDS]-(a:ChainLink)
  RETURN a AS a, f AS f, b AS b
}
RETURN DISTINCT a.id AS from_id, a.name AS from_link, b.id AS to_id, b.name AS to_link, f.role AS role
ORDER BY from_id, to_id, role
