// title = { zh = "每个来源支撑多少事实", en = "Facts by source" }
// question = { zh = "每个来源支撑了多少节点和关系？", en = "How many nodes and relationships rest on each source?" }
// columns = ["source_id", "source", "publisher", "url", "retrieved", "nodes", "relationships"]

// allow label: records of every class are looked at
CALL () {
  MATCH (n)
  UNWIND n.source_ids AS source_id
  RETURN source_id AS source_id, 1 AS node, 0 AS relationship
  UNION ALL
  MATCH ()-[r]->()
  UNWIND r.source_ids AS source_id
  RETURN source_id AS source_id, 0 AS node, 1 AS relationship
}
WITH source_id, sum(node) AS nodes, sum(relationship) AS relationships
OPTIONAL MATCH (s:Source {id: source_id})
RETURN source_id AS source_id, s.name AS source, s.publisher AS publisher, s.url AS url, s.retrieved AS retrieved,
       nodes AS nodes, relationships AS relationships
ORDER BY nodes + relationships DESC, source_id
