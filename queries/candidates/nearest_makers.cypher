// title = { zh = "最近的外地企业", en = "Nearest makers" }
// question = { zh = "本地缺的环节，外地哪些企业在做，先看本省？", en = "Who makes it outside the region, the same province first?" }
// columns = ["rank", "firm_id", "firm", "city", "province", "same_province", "confidence", "main_products", "source_ids"]
//
// [[parameter]]
// name = "link"
// type = "link"
// example = "chain-link:h2-air-compressor"
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 50

MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(o:Firm)
WITH r, collect(DISTINCT o.id) AS here
OPTIONAL MATCH (r)-[:PART_OF*0..9]->(province:Place {level: 'province'})
OPTIONAL MATCH (province)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(o:Firm)
WITH here, collect(DISTINCT o.id) AS near
MATCH (:ChainLink {id: $link})<-[:FEEDS*0..9 {role: 'variant'}]-(v:ChainLink)
WITH DISTINCT here, near, v
MATCH (v)<-[e:OPERATES_IN]-(f:Firm)
WHERE NOT f.id IN here
WITH f, f.id IN near AS same_province,
     CASE e.confidence WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END AS grade, e
ORDER BY grade, v.id
WITH f, same_province, min(grade) AS grade, head(collect({confidence: e.confidence, source_ids: e.source_ids})) AS best
ORDER BY same_province DESC, grade, f.id
WITH collect({firm_id: f.id, firm: f.name, city: f.city, province: f.province, same_province: same_province,
              confidence: best.confidence, main_products: f.main_products, source_ids: best.source_ids}) AS makers
UNWIND range(0, size(makers) - 1) AS i
WITH i + 1 AS rank, makers[i] AS m
RETURN rank AS rank, m.firm_id AS firm_id, m.firm AS firm, m.city AS city, m.province AS province,
       m.same_province AS same_province, m.confidence AS confidence, m.main_products AS main_products,
       m.source_ids AS source_ids
ORDER BY rank
LIMIT $limit
