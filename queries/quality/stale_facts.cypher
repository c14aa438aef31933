// title = { zh = "过期的事实", en = "Stale facts" }
// question = { zh = "哪些节点和关系的来源都已过期，要重新核实？", en = "Which nodes and relationships rest only on sources that are past their expiry?" }
// columns = ["record", "kind", "from_id", "from_name", "to_id", "to_name", "ref", "expired_on"]
//
// [[parameter]]
// name = "on"
// type = "date"
// default = "today"
// example = 2026-06-15
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 1000

// A source is past its expiry when `expires_after` days have gone by since it was retrieved; one without never is.
// allow label: records of every class are looked at
CALL () {
  MATCH (n)
  WHERE NOT n:Source
  UNWIND n.source_ids AS source_id
  RETURN 'node' AS record, split(n.id, ':')[0] AS kind, n.id AS from_id, n.name AS from_name, '' AS to_id, '' AS to_name,
         '' AS ref, source_id AS source_id
  UNION ALL
  MATCH (a)-[r]->(b)
  UNWIND r.source_ids AS source_id
  RETURN 'relationship' AS record, type(r) AS kind, a.id AS from_id, a.name AS from_name, b.id AS to_id, b.name AS to_name,
         coalesce(r.ref, '') AS ref, source_id AS source_id
}
OPTIONAL MATCH (s:Source {id: source_id})
WITH record, kind, from_id, from_name, to_id, to_name, ref,
     max(CASE WHEN s.retrieved IS NULL OR s.expires_after IS NULL THEN date('9999-12-31')
              ELSE s.retrieved + duration({days: s.expires_after}) END) AS expired_on
WHERE expired_on < $on
RETURN record AS record, kind AS kind, from_id AS from_id, from_name AS from_name, to_id AS to_id, to_name AS to_name,
       ref AS ref, expired_on AS expired_on
ORDER BY record, kind, from_id, to_id, ref
LIMIT $limit
