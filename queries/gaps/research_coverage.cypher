// title = { zh = "各环节的研究力量", en = "Research behind every link" }
// question = { zh = "每个环节本地与外地各有哪些高校、院所和平台在研究，有没有专家？", en = "Which universities, institutes and platforms stand behind each link, here and elsewhere, and how many experts?" }
// columns = ["link_id", "link", "stage", "local_firms", "local_organizations", "other_organizations", "experts", "local_names"]
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
CALL (l) {
  OPTIONAL MATCH (l)<-[:RESEARCHES]-(o:Organization)
  WHERE NOT o:Firm
  WITH DISTINCT o ORDER BY o.id
  RETURN collect({id: o.id, name: o.name}) AS researchers
}
CALL (l) {
  OPTIONAL MATCH (l)<-[:EXPERT_IN]-(t:Talent)
  RETURN count(DISTINCT t) AS experts
}
RETURN l.id AS link_id, l.name AS link, l.stage AS stage, size([f IN firms WHERE f IN here]) AS local_firms,
       size([o IN researchers WHERE o.id IN here]) AS local_organizations,
       size([o IN researchers WHERE o.id IS NOT NULL AND NOT o.id IN here]) AS other_organizations,
       experts AS experts, [o IN researchers WHERE o.id IN here | o.name] AS local_names
ORDER BY link_id
