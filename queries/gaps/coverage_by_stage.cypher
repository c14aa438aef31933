// title = { zh = "按上中下游的覆盖情况", en = "Coverage by stage" }
// question = { zh = "产业链上、中、下游各有多少环节缺失、单一、薄弱、已覆盖？", en = "How many links of each stage are missing, single-sourced, thin, covered?" }
// columns = ["stage", "links", "missing", "single_source", "thin", "covered", "covered_share"]
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
WITH l.stage AS stage, size([f IN firms WHERE f IN here]) AS local_firms
RETURN stage AS stage, count(*) AS links,
       sum(CASE WHEN local_firms = 0 THEN 1 ELSE 0 END) AS missing,
       sum(CASE WHEN local_firms = 1 THEN 1 ELSE 0 END) AS single_source,
       sum(CASE WHEN local_firms = 2 THEN 1 ELSE 0 END) AS thin,
       sum(CASE WHEN local_firms > 2 THEN 1 ELSE 0 END) AS covered,
       1.0 * sum(CASE WHEN local_firms > 2 THEN 1 ELSE 0 END) / count(*) AS covered_share
ORDER BY stage
