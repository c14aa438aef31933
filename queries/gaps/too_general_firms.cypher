// title = { zh = "归类过粗的企业", en = "Firms on groups only in name" }
// question = { zh = "哪些本地企业只挂在归类环节上，还要归到具体环节？", en = "Which local firms stand on a group of links and have to be placed in a real one?" }
// columns = ["firm_id", "firm", "city", "group_id", "group_name", "chain_id", "chain", "links", "main_products"]
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

// A group has children and takes part in no supply arc. `links`: assessed links that the firm operates in besides.
MATCH (r:Place {id: $region})<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(f:Firm)
WITH DISTINCT f
MATCH (f)-[:OPERATES_IN]->(g:ChainLink)-[:PART_OF]->(c:Chain)
WHERE EXISTS { (g)<-[:BROADER]-(:ChainLink) }
  AND NOT EXISTS { (g)-[:FEEDS]->(:ChainLink) }
  AND NOT EXISTS { (g)<-[:FEEDS]-(:ChainLink) }
CALL (f) {
  OPTIONAL MATCH (f)-[:OPERATES_IN]->(l:ChainLink)
  WHERE NOT EXISTS { (l)<-[:BROADER]-(:ChainLink) }
     OR EXISTS { (l)-[:FEEDS]->(:ChainLink) }
     OR EXISTS { (l)<-[:FEEDS]-(:ChainLink) }
  RETURN count(l) AS links
}
RETURN f.id AS firm_id, f.name AS firm, f.city AS city, g.id AS group_id, g.name AS group_name, c.id AS chain_id,
       c.name AS chain, links AS links, f.main_products AS main_products
ORDER BY links, group_id, firm_id
