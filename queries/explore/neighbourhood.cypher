// title = { zh = "周围", en = "Neighbourhood" }
// question = { zh = "一个节点与谁有关系，什么关系？", en = "What is a node related to, and how?" }
// columns = ["direction", "relationship", "other_id", "other", "kind", "detail", "confidence", "assertion", "as_of", "ref", "source_ids"]
//
// [[parameter]]
// name = "node"
// type = "node"
// example = "firm:shaanxi-heavy-duty-auto"
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 500

// allow label: neighbours are of any class
MATCH (n {id: $node})
CALL (n) {
  MATCH (n)-[r]->(m)
  RETURN 'out' AS direction, type(r) AS relationship, m.id AS other_id, m.name AS other, r.detail AS detail,
         r.confidence AS confidence, r.assertion AS assertion, r.as_of AS as_of, coalesce(r.ref, '') AS ref,
         r.source_ids AS source_ids
  UNION ALL
  MATCH (n)<-[r]-(m)
  RETURN 'in' AS direction, type(r) AS relationship, m.id AS other_id, m.name AS other, r.detail AS detail,
         r.confidence AS confidence, r.assertion AS assertion, r.as_of AS as_of, coalesce(r.ref, '') AS ref,
         r.source_ids AS source_ids
}
RETURN direction AS direction, relationship AS relationship, other_id AS other_id, other AS other,
       split(other_id, ':')[0] AS kind, detail AS detail, confidence AS confidence, assertion AS assertion, as_of AS as_of,
       ref AS ref, source_ids AS source_ids
ORDER BY direction DESC, relationship, other_id, ref
LIMIT $limit
