// title = { zh = "节点之间的关系", en = "Relationships among nodes" }
// question = { zh = "这些节点彼此有哪些关系，依据是什么？", en = "How are these nodes related to each other, on what evidence?" }
// columns = ["from_id", "to_id", "relationship", "role", "detail", "confidence", "assertion", "as_of", "ref", "source_ids"]
//
// [[parameter]]
// name = "ids"
// type = "list"
// example = ["chain-link:h2-stack", "chain-link:h2-fc-system"]

// allow label: nodes of every class
MATCH (a)-[r]->(b)
WHERE a.id IN $ids AND b.id IN $ids
RETURN a.id AS from_id, b.id AS to_id, type(r) AS relationship, r.role AS role, r.detail AS detail, r.confidence AS confidence,
       r.assertion AS assertion, r.as_of AS as_of, coalesce(r.ref, '') AS ref, r.source_ids AS source_ids
ORDER BY from_id, to_id, relationship, ref
