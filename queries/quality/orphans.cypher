// title = { zh = "孤立节点", en = "Nodes without any relationship" }
// question = { zh = "哪些节点没有任何关系？", en = "Which nodes have no relationship at all?" }
// columns = ["kind", "node_id", "name", "confidence", "source_ids"]

// allow label: records of every class are looked at
MATCH (n)
WHERE NOT n:Source AND NOT EXISTS { (n)-[]->() } AND NOT EXISTS { (n)<-[]-() }
RETURN split(n.id, ':')[0] AS kind, n.id AS node_id, n.name AS name, n.confidence AS confidence, n.source_ids AS source_ids
ORDER BY kind, node_id
