// title = { zh = "可能的企业", en = "Candidates by product" }
// question = { zh = "哪些企业不在这个环节，但产品像是能做？", en = "Which firms are not recorded in a link though their products suggest it?" }
// columns = ["firm_id", "firm", "city", "province", "basis", "matched", "confidence", "source_ids"]
//
// [[parameter]]
// name = "link"
// type = "link"
// example = "chain-link:h2-air-compressor"
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = 100

// Basis `product`: makes a product that realizes the link. `term`: a main product names the link or one of its
// typical products (at least two characters). Both are hints for a person to check, not observations.
MATCH (l:ChainLink {id: $link})
WITH l, [x IN [l.name] + coalesce(l.aliases, []) + coalesce(l.typical_products, []) WHERE size(x) > 1] AS terms
CALL (l, terms) {
  MATCH (l)<-[:REALIZES]-(p:Product)<-[:PRODUCES]-(f:Firm)
  RETURN f AS f, 'product' AS basis, p.name AS word
  UNION
  MATCH (f:Firm)
  UNWIND f.main_products AS word
  WITH f, word, terms
  WHERE any(t IN terms WHERE word CONTAINS t)
  RETURN f AS f, 'term' AS basis, word AS word
}
WITH l, f, basis, word
WHERE NOT EXISTS { (f)-[:OPERATES_IN]->(:ChainLink)-[:FEEDS*0..9 {role: 'variant'}]->(l) }
WITH f, basis, word ORDER BY basis, word
WITH f, collect(basis) AS kinds, collect(DISTINCT word) AS matched
RETURN f.id AS firm_id, f.name AS firm, f.city AS city, f.province AS province, kinds[0] AS basis, matched AS matched,
       f.confidence AS confidence, f.source_ids AS source_ids
ORDER BY basis, firm_id
LIMIT $limit
