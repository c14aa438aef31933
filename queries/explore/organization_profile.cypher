// title = { zh = "机构概况", en = "Profile of an organization" }
// question = { zh = "一家机构在哪里，做哪些环节，与谁有关系？", en = "Where does an organization lie, which links does it work in, with whom is it connected?" }
// columns = ["organization_id", "organization", "kind", "city", "places", "links", "research", "leads", "demands", "products", "suppliers", "customers", "partners", "facilities", "owners", "investors", "people", "confidence", "source_ids"]
//
// [[parameter]]
// name = "organization"
// type = "organization"
// example = "firm:shaanxi-heavy-duty-auto"

// allow label: the class of the organization is not known beforehand
MATCH (o:Organization {id: $organization})
CALL (o) {
  OPTIONAL MATCH (o)-[:LOCATED_IN]->(x:Organization|Place)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS places
}
CALL (o) {
  OPTIONAL MATCH (o)-[:OPERATES_IN]->(x:ChainLink)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS links
}
CALL (o) {
  OPTIONAL MATCH (o)-[:RESEARCHES]->(x:ChainLink|Chain)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS research
}
CALL (o) {
  OPTIONAL MATCH (o)-[:LEADS]->(x:Chain)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS leads
}
CALL (o) {
  OPTIONAL MATCH (o)-[:DEMANDS]->(x:ChainLink|Chain|Product)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS demands
}
CALL (o) {
  OPTIONAL MATCH (o)<-[:SUPPLIES]-(x:Organization)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS suppliers
}
CALL (o) {
  OPTIONAL MATCH (o)-[:SUPPLIES]->(x:Organization)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS customers
}
CALL (o) {
  OPTIONAL MATCH (o)-[:PARTNERS_WITH]->(a:Organization)
  OPTIONAL MATCH (o)<-[:PARTNERS_WITH]-(b:Organization)
  WITH collect(DISTINCT a.name) + collect(DISTINCT b.name) AS both
  UNWIND CASE WHEN size(both) = 0 THEN [null] ELSE both END AS name
  WITH DISTINCT name ORDER BY name
  RETURN collect(name) AS partners
}
CALL (o) {
  OPTIONAL MATCH (o)-[:HOSTS|JOINTLY_BUILT]->(x:Organization)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS facilities
}
CALL (o) {
  OPTIONAL MATCH (o)-[:SUBSIDIARY_OF]->(x:Organization)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS owners
}
CALL (o) {
  OPTIONAL MATCH (o)<-[:INVESTED_IN]-(x:Organization)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS investors
}
CALL (o) {
  OPTIONAL MATCH (o)-[:LED_BY|EMPLOYS]->(x:Talent)
  WITH DISTINCT x ORDER BY x.id
  RETURN collect(x.name) AS people
}
RETURN o.id AS organization_id, o.name AS organization, split(o.id, ':')[0] AS kind, o.city AS city, places AS places,
       links AS links, research AS research, leads AS leads, demands AS demands, o.main_products AS products,
       suppliers AS suppliers, customers AS customers, partners AS partners, facilities AS facilities, owners AS owners, investors AS investors,
       people AS people, o.confidence AS confidence, o.source_ids AS source_ids
ORDER BY organization_id
