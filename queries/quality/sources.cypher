// title = { zh = "来源", en = "Sources" }
// question = { zh = "这些来源编号各是什么文件或网页？", en = "Which documents or pages do these source ids stand for?" }
// columns = ["source_id", "source", "url", "published", "published_text", "publisher", "retrieved", "licence"]
//
// [[parameter]]
// name = "ids"
// type = "list"
// example = ["source:plan"]
UNWIND $ids AS id
MATCH (s:Source {id: id})
RETURN DISTINCT s.id AS source_id, s.name AS source, s.url AS url, s.published AS published,
       s.published_text AS published_text, s.publisher AS publisher, s.retrieved AS retrieved, s.licence AS licence
ORDER BY source_id
