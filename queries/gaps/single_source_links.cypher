// title = { zh = "单一来源环节", en = "Links with a single source" }
// question = { zh = "哪些环节在本地只有一家企业，是哪一家？", en = "Which links rest on one local firm, and which firm is it?" }
// columns = ["link_id", "link", "stage", "criticality", "firm_id", "firm", "city", "confidence"]
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
MATCH (:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
WHERE NOT EXISTS { (l)<-[:BROADER]-(:ChainLink) }
   OR EXISTS { (l)-[:FEEDS]->(:ChainLink) }
   OR EXISTS { (l)<-[:FEEDS]-(:ChainLink) }
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:OPERATES_IN]-(f:Firm)
  RETURN collect(DISTINCT f.id) AS firms
}
WITH l, [f IN firms WHERE f IN here] AS local
WHERE size(local) = 1
MATCH (f:Firm {id: local[0]})
RETURN l.id AS link_id, l.name AS link, l.stage AS stage, l.criticality AS criticality,
       f.id AS firm_id, f.name AS firm, f.city AS city, f.confidence AS confidence
ORDER BY coalesce(criticality, 0) DESC, link_id
