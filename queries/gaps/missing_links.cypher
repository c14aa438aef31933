// title = { zh = "缺失环节", en = "Missing links" }
// question = { zh = "产业链的哪些环节在本地没有企业，别处有多少家？", en = "Which links of a chain have no firm in the region, and how many elsewhere?" }
// columns = ["link_id", "link", "stage", "parent", "criticality", "chokepoint", "nearby_firms", "national_firms", "local_organizations"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

// Groups (links with children and no supply arc) are left out; who makes a variant makes what it is a variant of.
MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(o:Organization)
WITH r, collect(DISTINCT o.id) AS here
OPTIONAL MATCH (r)-[:PART_OF*0..9]->(province:Place {level: 'province'})
OPTIONAL MATCH (province)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(o:Firm)
WITH here, collect(DISTINCT o.id) AS near
MATCH (:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
WHERE NOT EXISTS { (l)<-[:BROADER]-(:ChainLink) }
   OR EXISTS { (l)-[:FEEDS]->(:ChainLink) }
   OR EXISTS { (l)<-[:FEEDS]-(:ChainLink) }
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:OPERATES_IN]-(f:Firm)
  RETURN collect(DISTINCT f.id) AS firms
}
WITH l, here, near, firms
WHERE none(f IN firms WHERE f IN here)
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:RESEARCHES]-(o:Organization)
  WHERE NOT o:Firm
  RETURN collect(DISTINCT o.id) AS researchers
}
OPTIONAL MATCH (l)-[:BROADER]->(parent:ChainLink)
RETURN l.id AS link_id, l.name AS link, l.stage AS stage, parent.name AS parent,
       l.criticality AS criticality, l.chokepoint AS chokepoint,
       size([f IN firms WHERE f IN near]) AS nearby_firms,
       size([f IN firms WHERE NOT f IN near]) AS national_firms,
       size([o IN researchers WHERE o IN here]) AS local_organizations
ORDER BY coalesce(criticality, 0) DESC, link_id
