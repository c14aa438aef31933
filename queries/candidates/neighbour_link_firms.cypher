// title = { zh = "相邻环节的本地企业", en = "Local firms one step away" }
// question = { zh = "哪些本地企业在上下游相邻或同类的环节，可以往这个环节延伸？", en = "Which local firms work one step up or down the chain, or in a sibling link, and could grow into this one?" }
// columns = ["firm_id", "firm", "city", "near_id", "near", "relation", "confidence", "main_products"]
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

// Groups are no neighbours; who makes a variant of a neighbouring link counts as working in that link.
MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Firm)
WITH collect(DISTINCT h.id) AS here
CALL () {
  MATCH (:ChainLink {id: $link})<-[:FEEDS]-(n:ChainLink)
  RETURN n AS n, 'upstream' AS relation
  UNION
  MATCH (:ChainLink {id: $link})-[:FEEDS]->(n:ChainLink)
  RETURN n AS n, 'downstream' AS relation
  UNION
  MATCH (:ChainLink {id: $link})-[:BROADER]->(:ChainLink)<-[:BROADER]-(n:ChainLink)
  RETURN n AS n, 'sibling' AS relation
}
WITH here, n, min(relation) AS relation
WHERE NOT EXISTS { (n)<-[:BROADER]-(:ChainLink) }
   OR EXISTS { (n)-[:FEEDS]->(:ChainLink) }
   OR EXISTS { (n)<-[:FEEDS]-(:ChainLink) }
MATCH (n)<-[:FEEDS*0..9 {role: 'variant'}]-(v:ChainLink)
MATCH (v)<-[:OPERATES_IN]-(f:Firm)
WHERE f.id IN here
RETURN DISTINCT f.id AS firm_id, f.name AS firm, f.city AS city, n.id AS near_id, n.name AS near, relation AS relation,
       f.confidence AS confidence, f.main_products AS main_products
ORDER BY near_id, firm_id
