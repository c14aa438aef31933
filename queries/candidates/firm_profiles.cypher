// title = { zh = "企业主营产品", en = "What firms make" }
// question = { zh = "这些企业各做什么产品，在哪个城市？", en = "What do these firms make, and in which city?" }
// columns = ["firm_id", "firm", "city", "main_products", "source_ids"]
//
// [[parameter]]
// name = "ids"
// type = "list"
// example = ["firm:longi-green-energy"]
UNWIND $ids AS id
MATCH (f:Firm {id: id})
RETURN DISTINCT f.id AS firm_id, f.name AS firm, f.city AS city, f.main_products AS main_products,
       f.source_ids AS source_ids
ORDER BY firm_id
