// title = { zh = "按产品找企业", en = "Firms by product" }
// question = { zh = "哪些企业的主要产品提到这个词？", en = "Which firms' main products mention a word?" }
// columns = ["firm_id", "firm", "city", "province", "matched", "links", "confidence", "source_ids"]
//
// [[parameter]]
// name = "term"
// type = "string"
// example = "双极板"
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 100

// Case does not matter. What is found is a candidate: a product that mentions the word proves no presence in a link.
WITH toLower($term) AS term
MATCH (f:Firm)
WHERE any(x IN f.main_products WHERE toLower(x) CONTAINS term)
OPTIONAL MATCH (f)-[:OPERATES_IN]->(l:ChainLink)
WITH term, f, l ORDER BY l.id
WITH f, [x IN f.main_products WHERE toLower(x) CONTAINS term] AS matched, collect(l.name) AS links
RETURN f.id AS firm_id, f.name AS firm, f.city AS city, f.province AS province, matched AS matched, links AS links,
       f.confidence AS confidence, f.source_ids AS source_ids
ORDER BY firm_id
LIMIT $limit
