// title = { zh = "没有地点的机构", en = "Organizations without a place" }
// question = { zh = "哪些机构没有地点，因此不计入任何地区？", en = "Which organizations lie nowhere and so count for no region?" }
// columns = ["organization_id", "organization", "kind", "city", "province", "place_text", "source_ids"]

// Two levels of carriers (a platform in a park) are followed to the place they lie in.
MATCH (o:Organization)
WHERE NOT EXISTS { (o)-[:LOCATED_IN*1..3]->(:Place) }
RETURN o.id AS organization_id, o.name AS organization, split(o.id, ':')[0] AS kind, o.city AS city, o.province AS province,
       o.place_text AS place_text, o.source_ids AS source_ids
ORDER BY organization_id
