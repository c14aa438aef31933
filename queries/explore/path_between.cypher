// title = { zh = "两者之间的联系", en = "Paths between two nodes" }
// question = { zh = "两个机构、人才或环节之间最短的联系是什么？", en = "What are the shortest connections between two organizations, people or links?" }
// columns = ["length", "path_ids", "names", "steps"]
//
// [[parameter]]
// name = "source"
// type = "node"
// example = "university:xjtu"
//
// [[parameter]]
// name = "target"
// type = "node"
// example = "firm:shaanxi-heavy-duty-auto"
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 20

// At most 5 steps. Lying in the same place and belonging to the same chain are left out: they join everybody.
// allow label: both ends and what lies between are of any class
// allow directed: a connection counts whichever way its relationships point
MATCH (a {id: $source})
MATCH (b {id: $target})
WHERE a.id <> b.id
MATCH p = allShortestPaths((a)-[:OPERATES_IN|RESEARCHES|PRODUCES|REALIZES|SUPPLIES|DEMANDS|LEADS|HOSTS|JOINTLY_BUILT|PARTNERS_WITH|INVESTED_IN|MANAGES|SUBSIDIARY_OF|SPUN_OFF_FROM|MEMBER_OF|SUPPORTS|LED_BY|EMPLOYS|EXPERT_IN|ALUMNUS_OF|FEEDS*..5]-(b))
WITH length(p) AS length, [n IN nodes(p) | n.id] AS path_ids, [n IN nodes(p) | n.name] AS names,
     [r IN relationships(p) | startNode(r).id + ' ' + type(r) + ' ' + endNode(r).id] AS steps
RETURN DISTINCT length AS length, path_ids AS path_ids, names AS names, steps AS steps
ORDER BY path_ids, steps
LIMIT $limit
