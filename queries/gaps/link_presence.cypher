// title = { zh = "各环节的企业分布", en = "Presence in every link" }
// question = { zh = "产业链每个环节在本地、本省其他地方、全国其他地方各有多少家企业？", en = "How many firms does each link have in the region, elsewhere in its province, elsewhere in the country?" }
// columns = ["link_id", "link", "stage", "parent", "status", "local_firms", "nearby_firms", "national_firms", "local_organizations", "criticality", "chokepoint"]
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
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:RESEARCHES]-(o:Organization)
  WHERE NOT o:Firm
  RETURN collect(DISTINCT o.id) AS researchers
}
OPTIONAL MATCH (l)-[:BROADER]->(parent:ChainLink)
WITH l, parent, size([f IN firms WHERE f IN here]) AS local_firms,
     size([f IN firms WHERE f IN near AND NOT f IN here]) AS nearby_firms,
     size([f IN firms WHERE NOT f IN near AND NOT f IN here]) AS national_firms,
     size([o IN researchers WHERE o IN here]) AS local_organizations
RETURN l.id AS link_id, l.name AS link, l.stage AS stage, parent.name AS parent,
       CASE local_firms WHEN 0 THEN 'missing' WHEN 1 THEN 'single_source' WHEN 2 THEN 'thin' ELSE 'covered' END AS status,
       local_firms AS local_firms, nearby_firms AS nearby_firms, national_firms AS national_firms,
       local_organizations AS local_organizations, l.criticality AS criticality, l.chokepoint AS chokepoint
ORDER BY link_id
