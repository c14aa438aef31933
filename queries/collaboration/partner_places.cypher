// title = { zh = "合作地区", en = "Partner places" }
// question = { zh = "本地、下辖新城或上级地方与哪些地方有合作，什么机制，算不算伙伴？", en = "With which places do the region, the places in it and those around it cooperate, how, and does it make them partners?" }
// columns = ["partner_id", "partner", "level", "home_id", "home", "kind", "mechanism", "detail", "is_partner", "as_of", "source_ids"]
//
// [[parameter]]
// name = "region"
// type = "place"
// example = "place:xixian-new-area"

// Neither a place around the region nor one in it is a partner, nor does a mere intention make one.
MATCH (r:Place {id: $region})
CALL (r) {
  MATCH (r)-[:PART_OF*0..9]->(p:Place)
  RETURN p.id AS place_id
  UNION
  MATCH (r)<-[:PART_OF*0..9]-(p:Place)
  RETURN p.id AS place_id
}
WITH collect(place_id) AS home
CALL () {
  MATCH (a:Place)-[k:COOPERATES_WITH]->(b:Place)
  RETURN a.id AS home_id, b.id AS partner_id, k.kind AS kind, k.mechanism AS mechanism, k.detail AS detail,
         k.as_of AS as_of, k.source_ids AS source_ids
  UNION
  MATCH (a:Place)<-[k:COOPERATES_WITH]-(b:Place)
  RETURN a.id AS home_id, b.id AS partner_id, k.kind AS kind, k.mechanism AS mechanism, k.detail AS detail,
         k.as_of AS as_of, k.source_ids AS source_ids
}
WITH home, home_id, partner_id, kind, mechanism, detail, as_of, source_ids
WHERE home_id IN home AND NOT partner_id IN home
MATCH (h:Place {id: home_id})
MATCH (p:Place {id: partner_id})
RETURN partner_id AS partner_id, p.name AS partner, p.level AS level, home_id AS home_id, h.name AS home, kind AS kind,
       mechanism AS mechanism, detail AS detail, coalesce(kind, '') <> 'intended' AS is_partner, as_of AS as_of, source_ids AS source_ids
ORDER BY is_partner DESC, partner_id, home_id, kind, mechanism
