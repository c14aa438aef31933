// title = { zh = "本地可能的企业", en = "Local firms that may be in a link" }
// question = { zh = "区内哪些企业的主营产品像是某个环节，但没有记录在该环节？", en = "Which local firms make what a link is about without being recorded in it?" }
// columns = ["link_id", "link", "firm_id", "firm", "firm_en", "city", "matched", "confidence", "source_ids"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
//
// [[parameter]]
// name = "region"
// type = "place"

// A hint for a person to check, never an observation: a main product contains the name of the link or of one of its
// typical products (three characters or more).
MATCH (r:Place {id: $region})<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(f:Firm)
WITH DISTINCT f
UNWIND f.main_products AS product
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
WHERE NOT EXISTS { (f)-[:OPERATES_IN]->(:ChainLink)-[:FEEDS*0..9 {role: 'variant'}]->(l) }
  AND any(t IN [l.name] + coalesce(l.aliases, []) + coalesce(l.typical_products, []) WHERE size(t) > 2 AND product CONTAINS t)
WITH l, f, product ORDER BY product
RETURN l.id AS link_id, l.name AS link, f.id AS firm_id, f.name AS firm, f.name_en AS firm_en, f.city AS city,
       collect(DISTINCT product) AS matched, f.confidence AS confidence, f.source_ids AS source_ids
ORDER BY link_id, firm_id
