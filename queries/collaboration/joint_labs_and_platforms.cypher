// title = { zh = "共建与承载的平台", en = "Jointly built labs and platforms" }
// question = { zh = "本地的实验室、平台和园区由谁承载、和谁共建？", en = "Who hosts the region's labs, platforms and parks, and who built them together?" }
// columns = ["facility_id", "facility", "kind", "place", "hosts", "builders", "outside_builders"]
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

// A facility of the region lies in it, or has somebody from the region among those who host or built it.
MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Organization)
WITH collect(DISTINCT h.id) AS here
MATCH (x:Organization)
WHERE EXISTS { (x)<-[:HOSTS|JOINTLY_BUILT]-(:Organization) }
CALL (x) {
  OPTIONAL MATCH (x)<-[:HOSTS]-(o:Organization)
  WITH DISTINCT o ORDER BY o.id
  RETURN collect({id: o.id, name: o.name}) AS hosted
}
CALL (x) {
  OPTIONAL MATCH (x)<-[:JOINTLY_BUILT]-(o:Organization)
  WITH DISTINCT o ORDER BY o.id
  RETURN collect({id: o.id, name: o.name}) AS built
}
WITH here, x, hosted, built
WHERE x.id IN here OR any(o IN hosted + built WHERE o.id IN here)
OPTIONAL MATCH (x)-[:LOCATED_IN]->(p:Place)
WITH here, x, hosted, built, min(p.name) AS place
RETURN x.id AS facility_id, x.name AS facility, split(x.id, ':')[0] AS kind, place AS place,
       [o IN hosted WHERE o.id IS NOT NULL | o.name] AS hosts, [o IN built WHERE o.id IS NOT NULL | o.name] AS builders,
       [o IN built WHERE o.id IS NOT NULL AND NOT o.id IN here | o.name] AS outside_builders
ORDER BY facility_id
