// title = { zh = "节点详情", en = "Details of nodes" }
// question = { zh = "这些编号的节点各有哪些属性？", en = "Which properties do the nodes of these ids have?" }
// columns = ["node_id", "name", "aliases", "pinyin", "confidence", "source_ids", "properties"]
//
// [[parameter]]
// name = "ids"
// type = "list"
// example = ["chain-link:h2-stack"]

// allow label: nodes of every class are described in one way
MATCH (n)
WHERE n.id IN $ids
RETURN n.id AS node_id, n.name AS name, n.aliases AS aliases, n.pinyin AS pinyin, n.confidence AS confidence,
       n.source_ids AS source_ids,
       [p IN [
         {name: 'adcode', value: n.adcode}, {name: 'affiliation_text', value: n.affiliation_text},
         {name: 'amount', value: n.amount}, {name: 'application_number', value: n.application_number},
         {name: 'area', value: n.area}, {name: 'beneficiary', value: n.beneficiary},
         {name: 'benefit', value: n.benefit}, {name: 'capability', value: n.capability},
         {name: 'chain_id', value: n.chain_id}, {name: 'chokepoint', value: n.chokepoint},
         {name: 'city', value: n.city}, {name: 'comparator', value: n.comparator},
         {name: 'conditions', value: n.conditions}, {name: 'credit_code', value: n.credit_code},
         {name: 'criticality', value: n.criticality}, {name: 'dataset', value: n.dataset},
         {name: 'date', value: n.date}, {name: 'detail', value: n.detail},
         {name: 'document_number', value: n.document_number}, {name: 'expires_after', value: n.expires_after},
         {name: 'field', value: n.field}, {name: 'filed', value: n.filed}, {name: 'finished', value: n.finished},
         {name: 'found', value: n.found}, {name: 'founded', value: n.founded}, {name: 'granted', value: n.granted},
         {name: 'graph_content', value: n.graph_content}, {name: 'graph_query', value: n.graph_query},
         {name: 'indicator', value: n.indicator}, {name: 'ipc', value: n.ipc},
         {name: 'is_chain_leader', value: n.is_chain_leader}, {name: 'is_group', value: n.is_group},
         {name: 'is_shared', value: n.is_shared}, {name: 'lat', value: n.lat},
         {name: 'legal_status', value: n.legal_status}, {name: 'level', value: n.level},
         {name: 'licence', value: n.licence}, {name: 'link_id', value: n.link_id},
         {name: 'listed_code', value: n.listed_code}, {name: 'lon', value: n.lon},
         {name: 'main_products', value: n.main_products}, {name: 'method', value: n.method},
         {name: 'model', value: n.model}, {name: 'name_en', value: n.name_en}, {name: 'number', value: n.number},
         {name: 'ownership', value: n.ownership}, {name: 'period', value: n.period}, {name: 'phase', value: n.phase},
         {name: 'place_text', value: n.place_text}, {name: 'position', value: n.position},
         {name: 'province', value: n.province}, {name: 'publication_number', value: n.publication_number},
         {name: 'published', value: n.published}, {name: 'published_text', value: n.published_text},
         {name: 'publisher', value: n.publisher}, {name: 'purpose', value: n.purpose},
         {name: 'quantity', value: n.quantity}, {name: 'rate', value: n.rate}, {name: 'region_id', value: n.region_id},
         {name: 'requirement', value: n.requirement}, {name: 'responsible', value: n.responsible},
         {name: 'retrieved', value: n.retrieved}, {name: 'roles', value: n.roles},
         {name: 'short_name', value: n.short_name}, {name: 'specification', value: n.specification},
         {name: 'stage', value: n.stage}, {name: 'standard', value: n.standard}, {name: 'started', value: n.started},
         {name: 'substitutes', value: n.substitutes}, {name: 'summary', value: n.summary},
         {name: 'text_position', value: n.text_position}, {name: 'theme', value: n.theme},
         {name: 'transfer_mode', value: n.transfer_mode}, {name: 'trl', value: n.trl},
         {name: 'typical_products', value: n.typical_products}, {name: 'unit', value: n.unit},
         {name: 'updated_at', value: n.updated_at}, {name: 'url', value: n.url},
         {name: 'valid_from', value: n.valid_from}, {name: 'valid_to', value: n.valid_to},
         {name: 'value', value: n.value}, {name: 'value_max', value: n.value_max}, {name: 'website', value: n.website}
       ] WHERE p.value IS NOT NULL] AS properties
ORDER BY node_id
