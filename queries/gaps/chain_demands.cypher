// title = { zh = "产业链各环节的需求", en = "Stated demands on the links of a chain" }
// question = { zh = "谁在找哪个环节的产品？", en = "Who asks for which link?" }
// columns = ["link_id", "organization_id", "organization", "places", "detail", "as_of", "source_ids"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)<-[d:DEMANDS]-(o:Organization)
OPTIONAL MATCH (o)-[:LOCATED_IN*1..3]->(p:Place)
WITH l, o, d, p.id AS place_id ORDER BY place_id
RETURN l.id AS link_id, o.id AS organization_id, o.name AS organization, collect(DISTINCT place_id) AS places,
       d.detail AS detail, d.as_of AS as_of, d.source_ids AS source_ids
ORDER BY link_id, organization_id
