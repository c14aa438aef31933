// title = { zh = "按类别计数", en = "Nodes by class" }
// question = { zh = "图里每一类节点有多少个，可信度如何？", en = "How many nodes of each class are there, and of what confidence?" }
// columns = ["label", "nodes", "high", "medium", "low"]

// The class is read from the id: the order of labels() is the engine's own.
// allow label: records of every class are looked at
MATCH (n)
WITH split(n.id, ':')[0] AS kind, n.confidence AS confidence
WITH reduce(label = '', word IN split(kind, '-') | label + toUpper(left(word, 1)) + substring(word, 1)) AS label, confidence
RETURN label AS label, count(*) AS nodes,
       sum(CASE WHEN confidence = 'high' THEN 1 ELSE 0 END) AS high,
       sum(CASE WHEN confidence = 'medium' THEN 1 ELSE 0 END) AS medium,
       sum(CASE WHEN confidence = 'low' THEN 1 ELSE 0 END) AS low
ORDER BY label
