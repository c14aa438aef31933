// title = { zh = "无来源或可信度低的事实", en = "Facts without a source or of low confidence" }
// question = { zh = "哪些节点和关系没有来源，或可信度低，要先核实？", en = "Which nodes and relationships have no source or low confidence and have to be checked first?" }
// columns = ["problem", "record", "kind", "from_id", "from_name", "to_id", "to_name", "ref", "source_ids"]
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 1000

// allow label: records of every class are looked at
CALL () {
  MATCH (n)
  WHERE NOT n:Source AND (n.confidence = 'low' OR size(coalesce(n.source_ids, [])) = 0)
  RETURN CASE WHEN size(coalesce(n.source_ids, [])) = 0 THEN 'no_source' ELSE 'low_confidence' END AS problem,
         'node' AS record, split(n.id, ':')[0] AS kind, n.id AS from_id, n.name AS from_name,
         '' AS to_id, '' AS to_name, '' AS ref, n.source_ids AS source_ids
  UNION ALL
  MATCH (a)-[r]->(b)
  WHERE r.confidence = 'low' OR size(coalesce(r.source_ids, [])) = 0
  RETURN CASE WHEN size(coalesce(r.source_ids, [])) = 0 THEN 'no_source' ELSE 'low_confidence' END AS problem,
         'relationship' AS record, type(r) AS kind, a.id AS from_id, a.name AS from_name,
         b.id AS to_id, b.name AS to_name, coalesce(r.ref, '') AS ref, r.source_ids AS source_ids
}
RETURN problem AS problem, record AS record, kind AS kind, from_id AS from_id, from_name AS from_name, to_id AS to_id,
       to_name AS to_name, ref AS ref, source_ids AS source_ids
ORDER BY problem DESC, record, kind, from_id, to_id, ref
LIMIT $limit
