// title = { zh = "卡脖子环节", en = "Chokepoints" }
// question = { zh = "哪些环节被认定为卡脖子，本地、本省、全国各有多少家企业？", en = "Which links are chokepoints, and how many firms are there here, in the province, in the country?" }
// columns = ["link_id", "link", "stage", "criticality", "status", "local_firms", "nearby_firms", "national_firms", "substitutes"]
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
WITH l, here, near
WHERE l.chokepoint
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:OPERATES_IN]-(f:Firm)
  RETURN collect(DISTINCT f.id) AS firms
}
WITH l, size([f IN firms WHERE f IN here]) AS local_firms,
     size([f IN firms WHERE f IN near AND NOT f IN here]) AS nearby_firms,
     size([f IN firms WHERE NOT f IN near AND NOT f IN here]) AS national_firms
RETURN l.id AS link_id, l.name AS link, l.stage AS stage, l.criticality AS criticality,
       CASE local_firms WHEN 0 THEN 'missing' WHEN 1 THEN 'single_source' WHEN 2 THEN 'thin' ELSE 'covered' END AS status,
       local_firms AS local_firms, nearby_firms AS nearby_firms, national_firms AS national_firms,
       l.substitutes AS substitutes
ORDER BY coalesce(criticality, 0) DESC, link_id
