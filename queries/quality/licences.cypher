// title = { zh = "来源的许可", en = "Licences of the sources" }
// question = { zh = "各数据集的来源按什么许可使用，最近何时取得？", en = "On what terms may each dataset's sources be used, and when were they last retrieved?" }
// columns = ["dataset", "licence", "sources", "retrieved"]
MATCH (s:Source)
RETURN s.dataset AS dataset, s.licence AS licence, count(s) AS sources, max(s.retrieved) AS retrieved
ORDER BY sources DESC, dataset, licence
