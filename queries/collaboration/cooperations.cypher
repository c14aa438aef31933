// title = { zh = "地区之间的合作", en = "Cooperations between places" }
// question = { zh = "哪些地区之间有合作，以什么机制？", en = "Which places cooperate, by which mechanism?" }
// columns = ["from_id", "from_place", "to_id", "to_place", "kind", "mechanism", "detail", "as_of", "source_ids"]
MATCH (a:Place)-[k:COOPERATES_WITH]->(b:Place)
RETURN a.id AS from_id, a.name AS from_place, b.id AS to_id, b.name AS to_place, k.kind AS kind, k.mechanism AS mechanism,
       k.detail AS detail, k.as_of AS as_of, k.source_ids AS source_ids
ORDER BY from_id, to_id, kind, mechanism
