// title = { zh = "同名记录", en = "Records with one name" }
// question = { zh = "哪些同类记录名称相同而编号不同，可能是同一个？", en = "Which records of one class share a name and may be one thing?" }
// columns = ["kind", "name", "node_ids", "cities"]

MATCH (o:Organization)
WITH o ORDER BY o.id
WITH split(o.id, ':')[0] AS kind, o.name AS name, collect(o.id) AS node_ids, collect(coalesce(o.city, '')) AS cities
WHERE size(node_ids) > 1
RETURN kind AS kind, name AS name, node_ids AS node_ids, cities AS cities
ORDER BY kind, name
