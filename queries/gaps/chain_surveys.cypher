// title = { zh = "产业链各环节的摸底记录", en = "Surveys of the links of a chain" }
// question = { zh = "哪些环节摸底过，结果如何？", en = "Which links were surveyed, and what was found?" }
// columns = ["survey_id", "link_id", "region_id", "date", "method", "found", "expires_after", "source_ids"]
//
// [[parameter]]
// name = "chain"
// type = "chain"
// example = "chain:hydrogen"
MATCH (c:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)<-[:SURVEYED]-(s:Survey)
RETURN s.id AS survey_id, l.id AS link_id, s.region_id AS region_id, s.date AS date, s.method AS method, s.found AS found,
       s.expires_after AS expires_after, s.source_ids AS source_ids
ORDER BY survey_id, link_id
