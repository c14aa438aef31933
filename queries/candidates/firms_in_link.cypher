// title = { zh = "环节里的企业", en = "Firms in a link" }
// question = { zh = "一个环节（含其变型）有哪些企业，在哪里，依据是什么？", en = "Which firms operate in a link or a variant of it, where, on what evidence?" }
// columns = ["firm_id", "firm", "city", "province", "in_region", "via_id", "via", "confidence", "as_of", "main_products", "source_ids"]
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

MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Firm)
WITH collect(DISTINCT h.id) AS here
MATCH (:ChainLink {id: $link})<-[:FEEDS*0..9 {role: 'variant'}]-(v:ChainLink)
WITH DISTINCT here, v
MATCH (v)<-[e:OPERATES_IN]-(f:Firm)
RETURN f.id AS firm_id, f.name AS firm, f.city AS city, f.province AS province, f.id IN here AS in_region,
       v.id AS via_id, v.name AS via, e.confidence AS confidence, e.as_of AS as_of, f.main_products AS main_products,
       e.source_ids AS source_ids
ORDER BY in_region DESC, firm_id, via_id
