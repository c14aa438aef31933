// title = { zh = "链主的供应商", en = "Suppliers of a chain leader" }
// question = { zh = "谁给这家企业供货，是不是本地企业，供什么？", en = "Who supplies this firm, from where, with what?" }
// columns = ["supplier_id", "supplier", "city", "province", "in_region", "detail", "confidence", "as_of", "source_ids"]
//
// [[parameter]]
// name = "organization"
// type = "organization"
// example = "firm:shaanxi-heavy-duty-auto"
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Organization)
WITH collect(DISTINCT h.id) AS here
MATCH (leader:Firm {id: $organization})<-[s:SUPPLIES]-(o:Organization)
RETURN o.id AS supplier_id, o.name AS supplier, o.city AS city, o.province AS province, o.id IN here AS in_region,
       s.detail AS detail, s.confidence AS confidence, s.as_of AS as_of, s.source_ids AS source_ids
ORDER BY in_region DESC, supplier_id, detail, as_of, confidence
