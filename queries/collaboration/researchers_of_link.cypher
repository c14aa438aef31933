// title = { zh = "环节的研究者", en = "Who researches a link" }
// question = { zh = "哪些高校、院所、平台和专家在研究这个环节，在哪里？", en = "Which universities, institutes, platforms and experts work on a link, and where?" }
// columns = ["researcher_id", "researcher", "kind", "city", "in_region", "people", "confidence", "source_ids"]
//
// [[parameter]]
// name = "link"
// type = "link"
// example = "chain-link:h2-air-compressor"
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

// Organizations that research it, then those whose people are experts in it, then experts without an employer on record.
MATCH (r:Place {id: $region})
OPTIONAL MATCH (r)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN*1..3]-(h:Organization)
WITH collect(DISTINCT h.id) AS here
CALL () {
  MATCH (:ChainLink {id: $link})<-[e:RESEARCHES]-(o:Organization)
  RETURN o AS o, o.city AS city, e.confidence AS confidence, e.source_ids AS source_ids
  UNION
  MATCH (:ChainLink {id: $link})<-[e:EXPERT_IN|RESEARCHES]-(t:Talent)<-[:LED_BY|EMPLOYS]-(o:Organization)
  WHERE NOT EXISTS { (o)-[:RESEARCHES]->(:ChainLink {id: $link}) }
  WITH o, e ORDER BY t.id
  WITH o, head(collect({confidence: e.confidence, source_ids: e.source_ids})) AS first
  RETURN o AS o, o.city AS city, first.confidence AS confidence, first.source_ids AS source_ids
  UNION
  MATCH (:ChainLink {id: $link})<-[e:EXPERT_IN|RESEARCHES]-(t:Talent)
  WHERE NOT EXISTS { (t)<-[:LED_BY|EMPLOYS]-(:Organization) }
  WITH t, e ORDER BY type(e)
  WITH t, head(collect({confidence: e.confidence, source_ids: e.source_ids})) AS first
  RETURN t AS o, null AS city, first.confidence AS confidence, first.source_ids AS source_ids
}
CALL (o) {
  OPTIONAL MATCH (o)-[:LED_BY|EMPLOYS]->(t:Talent)-[:EXPERT_IN|RESEARCHES]->(:ChainLink {id: $link})
  WITH DISTINCT t ORDER BY t.id
  RETURN collect(t.name) AS people
}
RETURN o.id AS researcher_id, o.name AS researcher, split(o.id, ':')[0] AS kind, city AS city, o.id IN here AS in_region,
       people AS people, confidence AS confidence, source_ids AS source_ids
ORDER BY in_region DESC, researcher_id
