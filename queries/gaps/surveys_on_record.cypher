// title = { zh = "摸底记录", en = "Surveys on record" }
// question = { zh = "某条产业链的环节做过哪些摸底，哪些对本地仍然算数？", en = "Which links were surveyed, and which surveys still count for the region?" }
// columns = ["survey_id", "date", "link_id", "link", "place_id", "place", "method", "found", "expires_on", "counts"]
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
// name = "on"
// type = "date"
// default = "today"
// example = 2026-06-15

// A survey counts when it was made of the region or of a place around it, found nobody, and is not too old.
MATCH (r:Place {id: $region})-[:PART_OF*0..9]->(p:Place)
WITH collect(p.id) AS around
MATCH (:Chain {id: $chain})<-[:PART_OF]-(l:ChainLink)<-[:SURVEYED]-(s:Survey)
WITH around, l, s, s.date + duration({days: coalesce(s.expires_after, 365)}) AS expires_on
OPTIONAL MATCH (p:Place {id: s.region_id})
RETURN s.id AS survey_id, s.date AS date, l.id AS link_id, l.name AS link, s.region_id AS place_id, p.name AS place,
       s.method AS method, s.found AS found, expires_on AS expires_on,
       s.region_id IN around AND s.found = 0 AND s.date <= $on AND expires_on >= $on AS counts
ORDER BY date DESC, survey_id, link_id
