// title = { zh = "两地互补的环节", en = "Links in which two places complete each other" }
// question = { zh = "哪些环节一地缺失而另一地有企业？", en = "Which links does one place lack that the other has?" }
// columns = ["link_id", "link", "stage", "side", "firms"]
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
//
// [[parameter]]
// name = "other"
// type = "place"
// example = "place:cn-310000"

// Side `there`: only the other place has firms, it could fill the gap here. `here`: the other way round.
MATCH (a:Place {id: $region})
OPTIONAL MATCH (a)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(f:Firm)
WITH collect(DISTINCT f.id) AS here
MATCH (b:Place {id: $other})
OPTIONAL MATCH (b)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(f:Firm)
WITH here, collect(DISTINCT f.id) AS there
MATCH (:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
WHERE NOT EXISTS { (l)<-[:BROADER]-(:ChainLink) }
   OR EXISTS { (l)-[:FEEDS]->(:ChainLink) }
   OR EXISTS { (l)<-[:FEEDS]-(:ChainLink) }
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:OPERATES_IN]-(f:Firm)
  WITH DISTINCT f ORDER BY f.id
  RETURN collect({id: f.id, name: f.name}) AS firms
}
WITH l, [f IN firms WHERE f.id IN here | f.name] AS firms_here, [f IN firms WHERE f.id IN there | f.name] AS firms_there
WHERE (size(firms_here) = 0) <> (size(firms_there) = 0)
RETURN l.id AS link_id, l.name AS link, l.stage AS stage,
       CASE WHEN size(firms_here) = 0 THEN 'there' ELSE 'here' END AS side,
       firms_here + firms_there AS firms
ORDER BY side DESC, link_id
