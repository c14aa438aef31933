// title = { zh = "产业链全图", en = "Map of a chain" }
// question = { zh = "一条产业链的环节怎样相连，本地在哪些环节有企业？", en = "How do the links of a chain connect, and where does the region have firms?" }
// columns = ["link_id", "link", "stage", "parent_id", "is_group", "status", "local_firms", "firms", "feeds", "variants", "criticality", "chokepoint"]
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

// `feeds`: links that take its output; `variants`: links that it is a kind of. Groups have no status.
MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Firm)
WITH collect(DISTINCT h.id) AS here
MATCH (:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:OPERATES_IN]-(f:Firm)
  RETURN collect(DISTINCT f.id) AS firms
}
CALL (l) {
  OPTIONAL MATCH (l)-[a:FEEDS]->(next:ChainLink)
  WITH a, next ORDER BY next.id
  RETURN collect(DISTINCT CASE WHEN coalesce(a.role, '') <> 'variant' THEN next.id END) AS feeds,
         collect(DISTINCT CASE WHEN a.role = 'variant' THEN next.id END) AS variants
}
OPTIONAL MATCH (l)-[:BROADER]->(parent:ChainLink)
WITH l, parent, feeds, variants, size(firms) AS firms, size([f IN firms WHERE f IN here]) AS local_firms,
     EXISTS { (l)<-[:BROADER]-(:ChainLink) } AND size(feeds + variants) = 0
       AND NOT EXISTS { (l)<-[:FEEDS]-(:ChainLink) } AS is_group
RETURN l.id AS link_id, l.name AS link, l.stage AS stage, parent.id AS parent_id, is_group AS is_group,
       CASE WHEN is_group THEN null WHEN local_firms = 0 THEN 'missing' WHEN local_firms = 1 THEN 'single_source'
            WHEN local_firms = 2 THEN 'thin' ELSE 'covered' END AS status,
       local_firms AS local_firms, firms AS firms, feeds AS feeds, variants AS variants,
       l.criticality AS criticality, l.chokepoint AS chokepoint
ORDER BY link_id
