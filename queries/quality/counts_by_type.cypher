// title = { zh = "按关系类型计数", en = "Relationships by type" }
// question = { zh = "图里每一种关系有多少条，多少是推断的？", en = "How many relationships of each type are there, and how many are inferred?" }
// columns = ["relationship", "relationships", "observed", "inferred", "high", "medium", "low"]

// allow label: records of every class are looked at
MATCH ()-[r]->()
WITH type(r) AS relationship, r.confidence AS confidence, r.assertion AS assertion
RETURN relationship AS relationship, count(*) AS relationships,
       sum(CASE WHEN assertion = 'observed' THEN 1 ELSE 0 END) AS observed,
       sum(CASE WHEN assertion = 'inferred' THEN 1 ELSE 0 END) AS inferred,
       sum(CASE WHEN confidence = 'high' THEN 1 ELSE 0 END) AS high,
       sum(CASE WHEN confidence = 'medium' THEN 1 ELSE 0 END) AS medium,
       sum(CASE WHEN confidence = 'low' THEN 1 ELSE 0 END) AS low
ORDER BY relationship
