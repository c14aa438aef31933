// title = { zh = "未归入环节的企业", en = "Firms in no link" }
// question = { zh = "区内哪些企业还没有归入任何产业链环节？", en = "Which local firms are recorded in no link of any chain?" }
// columns = ["firm_id", "firm", "firm_en", "city", "main_products", "confidence", "source_ids"]
//
// [[parameter]]
// name = "region"
// type = "place"
MATCH (r:Place {id: $region})<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(f:Firm)
WHERE NOT EXISTS { (f)-[:OPERATES_IN]->(:ChainLink) }
RETURN DISTINCT f.id AS firm_id, f.name AS firm, f.name_en AS firm_en, f.city AS city, f.main_products AS main_products,
       f.confidence AS confidence, f.source_ids AS source_ids
ORDER BY firm_id
