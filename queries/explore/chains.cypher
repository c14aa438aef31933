// title = { zh = "产业链", en = "Chains" }
// question = { zh = "图中有哪些产业链，各有多少环节？", en = "Which chains are there, with how many links?" }
// columns = ["chain_id", "chain", "chain_en", "aliases", "pinyin", "level", "links"]
MATCH (c:Chain)
OPTIONAL MATCH (c)<-[:PART_OF]-(l:ChainLink)
RETURN c.id AS chain_id, c.name AS chain, c.name_en AS chain_en, c.aliases AS aliases, c.pinyin AS pinyin, c.level AS level,
       count(l) AS links
ORDER BY links DESC, chain_id
