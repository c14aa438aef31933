// title = { zh = "地区", en = "Places" }
// question = { zh = "有哪些地区，各属于哪里？", en = "Which places are there, inside which?" }
// columns = ["place_id", "place", "place_en", "level", "parent_id"]
MATCH (p:Place)
OPTIONAL MATCH (p)-[:PART_OF]->(parent:Place)
RETURN p.id AS place_id, p.name AS place, p.name_en AS place_en, p.level AS level, parent.id AS parent_id
ORDER BY place_id, parent_id
