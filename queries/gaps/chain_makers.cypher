// title = { zh = "产业链各环节的企业", en = "Makers in every link of a chain" }
// question = { zh = "每个环节有哪些企业，在哪里，依据是什么？", en = "Which firms operate in each link, where, on what evidence?" }
// columns = ["link_id", "firm_id", "firm", "firm_en", "city", "places", "confidence", "assertion", "as_of", "source_ids"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(:ChainLink)<-[:FEEDS*0..9 {role: 'variant'}]-(l:ChainLink)
WITH DISTINCT l
MATCH (l)<-[e:OPERATES_IN]-(f:Firm)
OPTIONAL MATCH (f)-[:LOCATED_IN*1..3]->(p:Place)
WITH l, f, e, p.id AS place_id ORDER BY place_id
RETURN l.id AS link_id, f.id AS firm_id, f.name AS firm, f.name_en AS firm_en, f.city AS city, collect(DISTINCT place_id) AS places,
       e.confidence AS confidence, e.assertion AS assertion, e.as_of AS as_of, e.source_ids AS source_ids
ORDER BY link_id, firm_id
