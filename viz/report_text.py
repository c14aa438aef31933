"""The report's own words in both languages. Codes and class names come from the ontology."""

from __future__ import annotations

from bulian.ontology.model import Text

TEXTS: dict[str, Text] = {
    "title": Text("{region}产业链缺口报告", "{region}: industry-chain gap report"),
    "chains": Text("产业链", "Chains"),
    "as_of": Text("数据截至", "Data as of"),
    "generated": Text("生成时间", "Generated"),
    "compared": Text("对照报告", "Compared with"),
    "compared_none": Text("无（本目录首份报告）", "none (first report in this folder)"),
    "contents": Text("目录", "Contents"),
    "gaps_in": Text("（缺口 {n} 个）", "({n} gaps)"),
    "and_more": Text("等，另有 {n} 项", " and {n} more"),
    # summary
    "summary": Text("摘要", "Summary"),
    "summary_line": Text(
        "{chain}：评估环节 {assessed} 个，其中缺失 {missing} 个、单点 {single} 个、薄弱 {thin} 个、"
        "已覆盖 {covered} 个。",
        "{chain}: {assessed} links assessed; {missing} missing, {single} with a single source, "
        "{thin} thin, {covered} covered.",
    ),
    "summary_looked": Text(
        "缺失的 {missing} 个环节中，已摸底 {surveyed} 个，未摸底 {unknown} 个{filtered}。",
        "Of the {missing} missing links {surveyed} were surveyed, {unknown} were not{filtered}.",
    ),
    "summary_unlooked": Text(
        "{missing} 个缺失环节均未摸底。",
        "None of the {missing} missing links was surveyed.",
    ),
    "summary_filtered": Text("，被筛选隐去 {n} 个", ", {n} have firms hidden by the filters"),
    "caution_head": Text("读表须知", "How to read this"),
    "caution": Text(
        "“缺失”是指图谱中没有本区域企业从事该环节的记录。依据为“未摸底”的，是指还没有人查过：没"
        "有记录不等于没有企业。这样的结论是应当去核实的问题，不宜直接作为招商或考核依据。",
        "“Missing” means that the graph has no record of a firm of the region in the link. “Not "
        "surveyed” means that nobody has looked: no record is not proof of absence. Such a row is "
        "a question to be checked, not a finding to act on as it stands.",
    ),
    "figure_status": Text("图 1　各产业链环节状态（环节数）", "Figure 1. Links by status, per chain"),
    "top_gaps": Text("最要紧的 {n} 个缺口", "The {n} gaps that matter most"),
    "top_note": Text(
        "按优先级排列，跨产业链统一排序；算法与各分项见“方法说明”。",
        "Ranked by priority across the chains; formula and parts stand in the method note.",
    ),
    # columns
    "rank": Text("序号", "No."),
    "link": Text("环节", "Link"),
    "chain": Text("产业链", "Chain"),
    "status": Text("状态", "Status"),
    "evidence": Text("依据", "Evidence"),
    "priority": Text("优先级", "Priority"),
    "first_action": Text("首选措施", "First action"),
    "nearest": Text("最近的企业", "Nearest makers"),
    "makers": Text("企业数", "Firms"),
    "makers_of": Text("本地/省内/省外", "here/province/beyond"),
    "finding_id": Text("编号", "Finding"),
    # chain chapter
    "assessed": Text("评估环节", "links assessed"),
    "figure_map": Text("图 {n}　{chain}产业链环节一览", "Figure {n}. {chain}: every link at a glance"),
    "map_note": Text(
        "方框内为环节名称，数字为本地企业数；虚线框为缺失环节。",
        "Each box is a link with its number of local firms; a dashed box is a missing link.",
    ),
    "gap_list": Text("缺口清单", "Gaps"),
    "gap_note": Text(
        "候选企业由近及远排列，未注明可信度的为“中”。优先级分项依次为：{parts}。",
        "Candidates are listed nearest first; confidence is medium where none is stated. Parts of "
        "the priority, in this order: {parts}.",
    ),
    "covered_list": Text("已覆盖环节", "Covered links"),
    "no_gaps": Text(
        "本链没有缺口：每个评估环节都已覆盖。",
        "No gaps: every assessed link of this chain is covered.",
    ),
    "actions": Text("措施", "Actions"),
    "local": Text("本地企业", "Local firms"),
    "candidates": Text("候选企业", "Candidates"),
    "more": Text("另有 {n} 家，见 Excel“候选企业”", "{n} more in the workbook, sheet “Candidates”"),
    "no_candidates": Text("图谱中没有其他地区的企业", "no firm elsewhere in the graph"),
    "nearby": Text("省内", "Same province"),
    "partner": Text("合作地区", "Partner place"),
    "national": Text("省外", "Elsewhere"),
    "partner_mark": Text("合作地区", "partner"),
    "confidence_of": Text("可信度{grade}", "{grade} confidence"),
    "parts": Text("分项", "parts"),
    "products": Text("典型产品", "Typical products"),
    "chokepoint": Text("卡脖子环节", "choke point"),
    # unknown
    "unknown": Text("尚不知道的", "What is not known"),
    "unknown_lead": Text(
        "以下各项限制本报告结论的可靠程度，使用前应逐项考虑。",
        "These limits bear on how far the findings can be trusted.",
    ),
    "item": Text("事项", "Matter"),
    "number": Text("数量", "Number"),
    "hints": Text("待核实的本地企业", "Local firms to check"),
    "whole": Text("总数", "Out of"),
    "meaning": Text("意味着什么", "What it means"),
    "method": Text("方法说明", "Method"),
    "part": Text("分项", "Part"),
    "weight": Text("权重", "Weight"),
    "part_meaning": Text("计算方法", "How it is computed"),
    "severity": Text("严重度：", "Severity: "),
    "formula": Text(
        "优先级 ＝ 严重度 × Σ（权重 × 分项），分项取值 0 至 1。",
        "priority = severity × Σ (weight × part); each part lies in [0, 1].",
    ),
    "method_weights": Text(
        "权重与严重度是人为判断，不是测量结果，可以调整（queries/priority.toml）。",
        "Weights and severities are a judgement, not a measurement; they may be changed "
        "(queries/priority.toml).",
    ),
    "method_assessed": Text(
        "评估对象：产业链中除归类标题以外的全部环节。归类标题（有下级环节、不参与供应关系）只作汇总"
        "。从事某环节变体的企业，同时计入该环节。",
        "Assessed is every link that is no group. A group (it has children and no supply arc) is "
        "only summed over. A firm that makes a variant of a link also counts for the link.",
    ),
    "method_region": Text(
        "区域包括其下的全部地方与园区。“省内”指同省而不在本区域的企业；“合作地区”指有现行、规划"
        "或已签协议合作关系的地方，仅有意向或同属一个组织的不算。",
        "A region is a place with everything inside it. “Same province” means firms of the "
        "province outside the region; a partner place has a cooperation on record, planned or "
        "signed; an intention or common membership does not count.",
    ),
    "method_more": Text(
        "逐条演算：bulian gaps --explain 编号。",
        "Every calculation can be printed: bulian gaps --explain FINDING.",
    ),
    # sources
    "sources": Text("来源与许可", "Sources and licence"),
    "sources_note": Text(
        "方括号内数字对应正文标注。仅以网址可以打开的列为链接；标“无网址”的来源须按标题查找原文。",
        "Numbers in brackets are those in the text. Sources without a URL must be looked up by their title.",
    ),
    "no_url": Text("无网址", "no URL"),
    "source": Text("来源", "Source"),
    "url": Text("网址", "URL"),
    "published": Text("发布日期", "Published"),
    "retrieved": Text("取得日期", "Retrieved"),
    "publisher": Text("发布者", "Publisher"),
    "licence": Text("许可", "Licence"),
    "licence_none": Text("未注明许可", "no licence stated"),
    "licence_line": Text(
        "数据集 {dataset}（{licence}）：{n} 条来源", "Data set {dataset} ({licence}): {n} source(s)"
    ),
    "licence_note": Text(
        "许可指数据集的整理结果；所引网页与文件的权利归其各自的作者。",
        "The licence is that of the data set as compiled; rights in the pages and documents cited "
        "stay with their authors.",
    ),
    # changes
    "changes": Text("与上次报告相比的变化", "Changes since the last report"),
    "no_change": Text("无变化", "no change"),
    "change_count": Text(
        "与上次报告（{name}）相比：{counts}。",
        "Since the last report ({name}): {counts}.",
    ),
    "change_kind": Text("{kind} {n} 项", "{n} {kind}"),
    "first_report": Text(
        "这是本目录中的首份报告，没有可以对照的上一份。",
        "This is the first report in its folder; there is none to compare it with.",
    ),
    "other_scope": Text(
        "上一份报告的区域或产业链不同，未作比较。",
        "The report before it is about another region or other chains; nothing was compared.",
    ),
    "not_compared": Text(
        "上次报告未含、未作比较：{chains}。",
        "Not in the last report, so not compared: {chains}.",
    ),
    "opened": Text("新出现的缺失", "opened"),
    "closed": Text("不再缺失", "closed"),
    "weakened": Text("减弱", "weakened"),
    "strengthened": Text("增强", "strengthened"),
    "evidence_change": Text("依据改变", "evidence"),
    "rank_shift": Text("位次变化", "rank"),
    "candidates_shift": Text("候选企业变化", "candidates"),
    "added_shift": Text("新增环节", "new link"),
    "removed_shift": Text("移除环节", "link removed"),
    "change": Text("变化", "Change"),
    "before": Text("原", "Before"),
    "after": Text("现", "Now"),
    "fact": Text("起因", "Cause"),
    "shifts": Text(
        "位次与候选企业的变动（结论未变）",
        "Shifts of rank and candidates (findings as before)",
    ),
    "shifts_more": Text("另有 {n} 项，见 Excel“变化”。", "{n} more in the workbook, sheet “Changes”."),
    "firms_in": Text("新增本地企业：{names}", "new local firms: {names}"),
    "firms_out": Text("不再计入的本地企业：{names}", "local firms no longer counted: {names}"),
    "same_firms": Text(
        "本地企业名单未变，判定门槛改变。",
        "the local firms are the same; the thresholds are not",
    ),
    "link_added": Text("产业链中新增的环节", "the link is new in the chain"),
    "link_removed": Text("该环节已从产业链中移除", "the link is no longer in the chain"),
    "rank_fact": Text("第 {old} 位 → 第 {new} 位", "{old} → {new}"),
    "candidates_in": Text("新增 {names}", "new: {names}"),
    "candidates_out": Text("减少 {names}", "gone: {names}"),
    # workbook
    "sheet_overview": Text("概览", "Overview"),
    "sheet_candidates": Text("候选企业", "Candidates"),
    "sheet_sources": Text("来源", "Sources"),
    "sheet_unknown": Text("未知与局限", "Limits"),
    "sheet_changes": Text("变化", "Changes"),
    "where": Text("远近", "How near"),
    "note_numbers": Text("来源编号", "Source no."),
    "page_of": Text(
        '"第 " counter(page) " 页，共 " counter(pages) " 页"',
        '"Page " counter(page) " of " counter(pages)',
    ),
}

# Parts of the priority: name, and how each is computed.
PARTS: dict[str, tuple[Text, Text]] = {
    "criticality": (
        Text("关键度", "Criticality"),
        Text(
            "（等级 − 1）÷ 4，等级 1 至 5；未定级取 0.5",
            "(grade − 1) / 4 for a grade of 1 to 5; 0.5 where none is given",
        ),
    ),
    "chokepoint": (
        Text("卡脖子", "Choke point"),
        Text("标为卡脖子环节取 1，否则取 0", "1 when the link is marked as a choke point, else 0"),
    ),
    "downstream": (
        Text("下游影响", "Downstream"),
        Text(
            "沿供应关系可达的下游环节数 ÷ 本链最大值",
            "links reached downstream ÷ the largest such number in the chain",
        ),
    ),
    "demand": (
        Text("本地需求", "Demand"),
        Text(
            "d ÷（d ＋ 2），d 为提出需求的本地机构与其直接下游环节的本地企业数",
            "d ÷ (d + 2); d = organizations here that ask for it, and firms here in links that it feeds",
        ),
    ),
    "feasibility": (
        Text("可行性", "Feasibility"),
        Text(
            "0.7 × 有本地企业的相邻环节占比 ＋ 0.3（本地有研究力量时）",
            "0.7 × share of neighbouring links with a local firm + 0.3 if it is researched here",
        ),
    ),
}

# Limits of a report: what each is called, and what it means.
UNKNOWN: dict[str, tuple[Text, Text]] = {
    "not_surveyed": (
        Text("缺失且未摸底的环节", "Missing links that nobody surveyed"),
        Text("没有人查过，不能断言当地没有企业", "nobody has looked; absence cannot be claimed"),
    ),
    "no_maker": (
        Text("全图没有企业的环节", "Links without any firm in the graph"),
        Text("依赖进口，或只是资料尚未收到", "imported, or simply not in the data yet"),
    ),
    "hints": (
        Text("产品提到该环节、尚未登记在内的本地企业", "Local firms whose products name a gap's link"),
        Text("核实后可能填补缺口，建议先查", "checked, they may close gaps: ask them first"),
    ),
    "low_confidence": (
        Text("可信度低的企业—环节记录", "Firm–link records of low confidence"),
        Text(
            "单一来源或未核实，联系企业前应先核对",
            "one weak source or unchecked; verify before approaching a firm",
        ),
    ),
    "undated": (
        Text("没有事实日期的企业—环节记录", "Firm–link records without a date"),
        Text("无法判断是否过时", "nobody can tell whether they are out of date"),
    ),
    "unplaced": (
        Text("无法确定所在地的机构", "Organizations that could not be placed"),
        Text("可能就在本区域，但未计入", "some may lie in the region; none of them is counted"),
    ),
    "unlinked": (
        Text("还没有归入任何环节的本地企业", "Local firms recorded in no link"),
        Text(
            "它们可能已经填补了某些缺口，宜先逐家核对主营产品",
            "they may already close gaps: check what they make first",
        ),
    ),
    "hinted": (
        Text("有本地企业待核实的缺口", "Gaps with a local firm to check"),
        Text(
            "企业的主营产品提到该环节，但没有记录在该环节",
            "a main product names the link, the firm is not recorded in it",
        ),
    ),
    "too_general": (
        Text("只归到归类标题的本地企业", "Local firms known only on a group of links"),
        Text(
            "不计入任何具体环节，细分后可能填补缺口",
            "they count for no link; placed exactly, they may close gaps",
        ),
    ),
    "no_grade": (
        Text("未定关键度等级的环节", "Links without a criticality grade"),
        Text("优先级按中间值 0.5 计算", "their priority uses the middle value 0.5"),
    ),
    "no_url": (
        Text("本报告引用而没有网址的来源", "Sources cited here that have no URL"),
        Text("须按标题查找原文，核对较难", "to be looked up by title; harder to check"),
    ),
    "unsourced": (
        Text("没有注明来源的企业—环节记录", "Firm–link records without a source"),
        Text("不宜引用", "not to be quoted"),
    ),
}


def say(key: str, lang: str, **values: object) -> str:
    """A text with its values filled in."""
    text = TEXTS[key][lang]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
