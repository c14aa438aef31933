// title = { zh = "相邻节点", en = "Neighbours of nodes" }
// question = { zh = "哪些节点与这些节点直接相连？", en = "Which nodes are directly related to these nodes?" }
// columns = ["node_id", "other_id", "direction"]
//
// [[parameter]]
// name = "ids"
// type = "list"
// example = ["chain-link:h2-stack"]

// allow label: nodes of every class. Sources are left out: they are cited, not drawn.
CALL () {
  MATCH (n)-[]->(m)
  WHERE n.id IN $ids AND NOT m:Source
  RETURN n.id AS node_id, m.id AS other_id, 'out' AS direction
  UNION
  MATCH (n)<-[]-(m)
  WHERE n.id IN $ids AND NOT m:Source
  RETURN n.id AS node_id, m.id AS other_id, 'in' AS direction
}
RETURN node_id AS node_id, other_id AS other_id, direction AS direction
ORDER BY node_id, direction DESC, other_id
