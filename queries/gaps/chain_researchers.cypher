// title = { zh = "产业链各环节的研究机构", en = "Organizations that research the links of a chain" }
// question = { zh = "每个环节有哪些高校、院所、平台在研究？", en = "Which universities, institutes and platforms research each link?" }
// columns = ["link_id", "organization_id", "organization", "organization_en", "kind", "city", "places", "confidence", "assertion", "as_of", "source_ids"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(:ChainLink)<-[:FEEDS*0..9 {role: 'variant'}]-(l:ChainLink)
WITH DISTINCT l
MATCH (l)<-[e:RESEARCHES]-(o:Organization)
WHERE NOT o:Firm
OPTIONAL MATCH (o)-[:LOCATED_IN*1..3]->(p:Place)
WITH l, o, e, p.id AS place_id ORDER BY place_id
RETURN l.id AS link_id, o.id AS organization_id, o.name AS organization, o.name_en AS organization_en,
       split(o.id, ':')[0] AS kind, o.city AS city, collect(DISTINCT place_id) AS places,
       e.confidence AS confidence, e.assertion AS assertion, e.as_of AS as_of, e.source_ids AS source_ids
ORDER BY link_id, organization_id
