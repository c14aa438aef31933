// title = { zh = "本地机构", en = "Organizations of a region" }
// question = { zh = "一个地区里有哪些机构，在哪些环节？", en = "Which organizations lie in a region, and in which links do they work?" }
// columns = ["organization_id", "organization", "kind", "place", "links", "research", "main_products", "confidence"]
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

MATCH (r:Place {id: $region})<-[:PART_OF*0..9]-(p:Place)<-[:LOCATED_IN*1..3]-(o:Organization)
WITH o, min(p.name) AS place
CALL (o) {
  OPTIONAL MATCH (o)-[:OPERATES_IN]->(x:ChainLink)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS links
}
CALL (o) {
  OPTIONAL MATCH (o)-[:RESEARCHES]->(x:ChainLink)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS research
}
RETURN o.id AS organization_id, o.name AS organization, split(o.id, ':')[0] AS kind, place AS place, links AS links,
       research AS research, o.main_products AS main_products, o.confidence AS confidence
ORDER BY kind, organization_id
