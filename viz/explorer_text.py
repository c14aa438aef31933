"""The page's own words in both languages. Labels of classes, codes and relationships: the ontology's."""

from __future__ import annotations

from bulian.ontology.model import Text

TEXTS: dict[str, Text] = {
    "chain_title": Text("{name}产业链图谱", "{name}: chain map"),
    "focus_title": Text("{name}：周边 {hops} 层", "{name}: {hops} hop(s) around"),
    "region": Text("地区", "Region"),
    "as_of": Text("截至", "As of"),
    "search": Text("搜索名称、别名、拼音", "Search name, alias or pinyin"),
    "search_results": Text("搜索结果", "Search results"),
    "no_match": Text("没有找到", "Nothing found"),
    "overview": Text("概览", "Overview"),
    "close": Text("关闭", "Close"),
    "export": Text("导出", "Export"),
    "classes": Text("类别", "Classes"),
    "status": Text("状态", "Status"),
    "lines": Text("连线", "Lines"),
    "actors": Text("显示企业", "Show firms"),
    "line_in": Text("所选环节的来向", "into the selection"),
    "line_out": Text("所选环节的去向", "out of the selection"),
    "line_inferred": Text("虚线：推断", "dashed: inferred"),
    "on_selection": Text("选中时显示", "shown beside the selection"),
    "legend_count": Text("色条数字＝区内企业数", "number on the bar: firms in the region"),
    "legend_ghost": Text("虚线框＝缺失环节", "dashed box: missing link"),
    "legend_chokepoint": Text("卡脖子环节", "chokepoint"),
    "legend_leader": Text("链主企业", "chain leader"),
    "drawn": Text("已画 {n}", "{n} drawn"),
    "hidden": Text("隐藏 {n}", "{n} hidden"),
    "truncated": Text("截去 {n}（上限 {most}）", "{n} cut off (limit {most})"),
    "jumps": Text("跳到", "Go to"),
    "zoom_in": Text("放大", "Zoom in"),
    "zoom_out": Text("缩小", "Zoom out"),
    "fit": Text("全图", "Whole map"),
    "ego": Text("只看周边", "Only its surroundings"),
    "ego_more": Text("再扩一层", "One hop further"),
    "ego_all": Text("返回全图", "Back to the whole map"),
    "ego_state": Text("周边 {n} 层", "{n} hop(s) around"),
    "relations": Text("关系", "Relationships"),
    "sources": Text("来源", "Sources"),
    "no_source": Text("未注明来源", "No source stated"),
    "identifier": Text("编号", "Id"),
    "more": Text("另有 {n} 个", "{n} more"),
    "map_label": Text(
        "图谱。方向键在节点间移动，回车打开详情，加减号缩放，Esc 取消选择。",
        "Map. Arrow keys move between nodes, Enter opens the details, plus and minus zoom, Esc clears.",
    ),
    "noscript": Text("此页需要启用 JavaScript。", "This page needs JavaScript."),
    "local_firms": Text("区内企业", "Firms in the region"),
    "local_orgs": Text("区内其他研究机构", "Other organizations in the region that research it"),
    "nearby": Text("省内候选企业", "Makers in the same province"),
    "national": Text("全国候选企业", "Makers elsewhere"),
    "actions": Text("可行办法", "Ways to act"),
    "why": Text("判断依据", "Why"),
    "priority": Text("优先度", "Priority"),
    "demand": Text("本地需求方", "Local customers"),
    "reach": Text("带动下游环节", "Links downstream"),
    "feasibility": Text("可行度", "Feasibility"),
    "hidden_firms": Text("被筛选隐去的企业", "Firms hidden by filters"),
    "evidence": Text("摸底情况", "Evidence"),
    "top_gaps": Text("最要紧的缺口", "Gaps that matter most"),
    "too_general": Text("只登记到大类、未计入的企业", "Firms known only on a group, not counted"),
    "group_note": Text("缺 {missing}/{all}", "{missing}/{all} missing"),
    "actors_lane": Text("区内企业与机构", "Firms and organizations of the region"),
    "group": Text("环节组（只汇总）", "Group (only summed over)"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "centre": Text("中心", "Centre"),
    "incoming": Text("指向它", "Points at it"),
    "outgoing": Text("它指向", "It points at"),
    "further": Text("相隔 {n} 层", "{n} hops away"),
    "other_stage": Text("其他环节", "Other links"),
    "leader": Text("链主", "chain leader"),
    "nothing": Text("没有可画的节点。", "There is nothing to draw."),
}


def say(key: str, lang: str, **values: object) -> str:
    """A text with its values filled in."""
    text = TEXTS[key][lang]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
