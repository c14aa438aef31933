// title = { zh = "合作地区能补的环节", en = "Gaps that partner places could fill" }
// question = { zh = "本地缺失的环节，哪些合作地区有企业？", en = "For the links that the region lacks, which partner places have makers?" }
// columns = ["link_id", "link", "criticality", "partner_id", "partner", "kind", "firms", "names"]
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
CALL (r) {
  MATCH (r)-[:PART_OF*0..9]->(p:Place)
  RETURN p.id AS place_id
  UNION
  MATCH (r)<-[:PART_OF*0..9]-(p:Place)
  RETURN p.id AS place_id
}
WITH collect(place_id) AS home
MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Firm)
WITH home, collect(DISTINCT h.id) AS here
MATCH (:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)
WHERE NOT EXISTS { (l)<-[:BROADER]-(:ChainLink) }
   OR EXISTS { (l)-[:FEEDS]->(:ChainLink) }
   OR EXISTS { (l)<-[:FEEDS]-(:ChainLink) }
CALL (l) {
  OPTIONAL MATCH (l)<-[:FEEDS*0..9 {role: 'variant'}]-(:ChainLink)<-[:OPERATES_IN]-(f:Firm)
  RETURN collect(DISTINCT f.id) AS firms
}
WITH home, here, l, firms
WHERE size(firms) > 0 AND none(f IN firms WHERE f IN here)
WITH home, collect({link_id: l.id, link: l.name, criticality: l.criticality, firms: firms}) AS missing
CALL () {
  MATCH (a:Place)-[k:COOPERATES_WITH]->(b:Place)
  WHERE coalesce(k.kind, '') <> 'intended'
  RETURN a.id AS home_id, b.id AS partner_id, k.kind AS kind
  UNION
  MATCH (a:Place)<-[k:COOPERATES_WITH]-(b:Place)
  WHERE coalesce(k.kind, '') <> 'intended'
  RETURN a.id AS home_id, b.id AS partner_id, k.kind AS kind
}
WITH home, missing, home_id, partner_id, kind
WHERE home_id IN home AND NOT partner_id IN home
WITH DISTINCT missing, partner_id, kind ORDER BY kind
WITH missing, partner_id, collect(kind) AS kinds
MATCH (p:Place {id: partner_id})<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(f:Firm)
WITH missing, p, kinds, f.id AS firm_id, f.name AS firm ORDER BY firm_id
WITH missing, p, kinds, collect(DISTINCT {id: firm_id, name: firm}) AS there
UNWIND missing AS m
WITH p, kinds, m, [f IN there WHERE f.id IN m.firms | f.name] AS names
WHERE size(names) > 0
RETURN m.link_id AS link_id, m.link AS link, m.criticality AS criticality, p.id AS partner_id, p.name AS partner,
       kinds AS kind, size(names) AS firms, names AS names
ORDER BY coalesce(criticality, 0) DESC, link_id, firms DESC, partner_id
