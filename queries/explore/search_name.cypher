// title = { zh = "按名称查找", en = "Search by name" }
// question = { zh = "哪些节点的名称、别名、英文名或拼音里有这个词？", en = "Which nodes have this word in a name, alias, English name or pinyin?" }
// columns = ["node_id", "name", "kind", "matched", "text", "city"]
//
// [[parameter]]
// name = "text"
// type = "string"
// example = "氢能"
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 50

// Exact names first, then names that begin with it, then the rest. Sources are left out.
// allow label: nodes of every class have names
WITH toLower(trim($text)) AS word
MATCH (n)
WHERE NOT n:Source AND (toLower(n.name) CONTAINS word OR toLower(n.short_name) CONTAINS word
   OR toLower(n.name_en) CONTAINS word OR any(x IN n.aliases WHERE toLower(x) CONTAINS word)
   OR any(x IN n.pinyin WHERE x STARTS WITH word))
WITH n, CASE
       WHEN toLower(n.name) CONTAINS word THEN {by: 'name', text: n.name}
       WHEN toLower(n.short_name) CONTAINS word THEN {by: 'short_name', text: n.short_name}
       WHEN any(x IN n.aliases WHERE toLower(x) CONTAINS word)
         THEN {by: 'aliases', text: head([x IN n.aliases WHERE toLower(x) CONTAINS word])}
       WHEN toLower(n.name_en) CONTAINS word THEN {by: 'name_en', text: n.name_en}
       ELSE {by: 'pinyin', text: head([x IN n.pinyin WHERE x STARTS WITH word])}
     END AS hit, word
RETURN n.id AS node_id, n.name AS name, split(n.id, ':')[0] AS kind, hit.by AS matched, hit.text AS text, n.city AS city
ORDER BY CASE WHEN toLower(text) = word THEN 0 WHEN toLower(text) STARTS WITH word THEN 1 ELSE 2 END, size(text), node_id
LIMIT $limit
