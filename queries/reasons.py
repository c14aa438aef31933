"""Sentences that a person can read: why a link has its status, and what each action rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bulian.records import Row

NAMED = 3  # how many organizations a sentence names before it counts the rest


class Labelled(Protocol):
    """Anything with a name in both languages."""

    def label(self, lang: str) -> str: ...


def listing(names: Sequence[str], lang: str) -> str:
    """The first names, then how many there are in all."""
    shown, more = list(names[:NAMED]), len(names) > NAMED
    if lang == "en":
        return ", ".join(shown) + (f" and {len(names) - NAMED} more" if more else "")
    return "、".join(shown) + (f"等 {len(names)} 家" if more else "")


def reason(
    lang: str,
    region: str,
    link: str,
    status: str,
    evidence: str,
    hidden: int,
    local: Sequence[Labelled],
    local_orgs: Sequence[Labelled],
    nearby: Sequence[Labelled],
    national: Sequence[Labelled],
    survey: Row | None,
    hints: Sequence[tuple[Labelled, Sequence[str]]] = (),
    elsewhere_hidden: int = 0,
) -> str:
    """Why the table says so: who is there, whether anybody looked, who might be there, who is near.

    `hints`: local firms not recorded in the link whose products name it, with these products.
    `elsewhere_hidden`: firms outside the region that the filters took away.
    """
    firms = listing([m.label(lang) for m in local], lang)
    orgs = listing([m.label(lang) for m in local_orgs], lang)
    looked = [_looked(lang, status, evidence, hidden, survey), _hinted(lang, hints)]
    said = ("; " if lang == "en" else "；").join(x for x in looked if x)
    write = _english if lang == "en" else _chinese
    return write(region, link, status, firms, said, orgs, len(nearby), len(national), elsewhere_hidden)


def _chinese(
    region: str, link: str, status: str, firms: str, looked: str, orgs: str, near: int, far: int, cut: int
) -> str:
    head = {
        "missing": f"图中没有{region}的企业从事“{link}”",
        "single_source": f"{region}只有一家企业从事“{link}”：{firms}",
        "thin": f"{region}仅有两家企业从事“{link}”：{firms}",
        "covered": f"{region}从事“{link}”的企业：{firms}",
    }[status]
    if status == "thin" and "等 " in firms:
        head = f"{region}从事“{link}”的企业仍偏少：{firms}"
    parts = [head]
    if looked:
        parts.append(looked)
    if orgs:
        parts.append(f"本地研究力量：{orgs}")
    if near or far or not cut:
        parts.append(
            f"省内其他地区 {near} 家、省外 {far} 家企业在做" if near or far else "全图没有其他企业在做"
        )
    if cut:
        parts.append(f"区外另有 {cut} 家因筛选条件未计入")
    return "；".join(parts) + "。"


def _english(
    region: str, link: str, status: str, firms: str, looked: str, orgs: str, near: int, far: int, cut: int
) -> str:
    head = {
        "missing": f"No firm of {region} on record operates in “{link}”",
        "single_source": f"Only one firm of {region} operates in “{link}”: {firms}",
        "thin": f"Few firms of {region} operate in “{link}”: {firms}",
        "covered": f"Firms of {region} in “{link}”: {firms}",
    }[status]
    parts = [head]
    if looked:
        parts.append(looked)
    if orgs:
        parts.append(f"local research: {orgs}")
    tail = f"{near} firm(s) elsewhere in the province and {far} outside it operate in it"
    if near or far or not cut:
        parts.append(tail if near or far else "no other firm in the graph operates in it")
    if cut:
        parts.append(f"{cut} firm(s) elsewhere are hidden by the filters")
    return "; ".join(parts) + "."


def _hinted(lang: str, hints: Sequence[tuple[Labelled, Sequence[str]]]) -> str:
    """Firms to ask first: their products name the link, nobody has recorded them in it."""
    if not hints:
        return ""
    if lang == "en":
        named = ", ".join(f"{firm.label(lang)} ({', '.join(words)})" for firm, words in hints[:NAMED])
        return f"to check, since their products name it: {named}"
    named = "、".join(f"{firm.label(lang)}（{'、'.join(words)}）" for firm, words in hints[:NAMED])
    return f"待核实，区内有企业的产品提到该环节：{named}"


def _looked(lang: str, status: str, evidence: str, hidden: int, survey: Row | None) -> str:
    """Whether absence was looked for; a survey that found firms the graph does not know is said."""
    zh = lang != "en"
    said = []
    if status == "covered":
        return ""
    if evidence == "filtered":
        said.append(
            f"另有 {hidden} 家企业因筛选条件未计入"
            if zh
            else f"{hidden} firm(s) are there but hidden by the filters"
        )
    if survey is None:
        said.append(
            "尚未摸底，“没有记录”不等于“没有”" if zh else "not surveyed: no record is not proof of absence"
        )
    elif survey["found"] is None:
        when = survey["date"]
        said.append(
            f"{when} 有摸底记录，但没有写明结果" if zh else f"a survey of {when} does not say what it found"
        )
    elif survey["found"] == 0:
        said.append(
            f"{survey['date']} 摸底未发现企业" if zh else f"a survey of {survey['date']} found nobody"
        )
    else:
        n, when = survey["found"], survey["date"]
        said.append(
            f"{when} 摸底发现 {n} 家企业，请与图中企业核对补录"
            if zh
            else f"a survey of {when} found {n}: compare with the graph"
        )
    return ("；" if zh else "; ").join(said)


class ActionText:
    """The evidence sentence of each action."""

    def __init__(self, lang: str, region: str) -> None:
        self.zh, self.lang, self.region = lang != "en", lang, region

    def convert(self, names: Sequence[str]) -> str:
        who = listing(names, self.lang)
        return (
            f"本地有研究力量可转化：{who}" if self.zh else f"research at hand to turn into production: {who}"
        )

    def collaborate(self, partners: Sequence[tuple[str, int]]) -> str:
        """`partners`: partner place and its number of firms in the link, most firms first."""
        if self.zh:
            return "合作地区有企业：" + "、".join(f"{p}（{n} 家）" for p, n in partners[:NAMED])
        return "firms in partner places: " + ", ".join(f"{p} ({n})" for p, n in partners[:NAMED])

    def attract(self, nearby: int, national: int) -> str:
        if self.zh:
            return f"可招引：省内其他地区 {nearby} 家、省外 {national} 家企业在做"
        return f"firms to attract: {nearby} elsewhere in the province, {national} outside it"

    def grow(self, local: Sequence[str], links: Sequence[str], firms: int) -> str:
        """`local`: firms in the link; `links`: neighbouring ones with local firms; `firms`: of both."""
        near = ("、" if self.zh else ", ").join(links[:NAMED])
        if self.zh:
            have = f"已有 {listing(local, self.lang)}" if local else ""
            beside = f"相邻环节（{near}）有本地企业，合计 {firms} 家可培育" if links else ""
            return "；".join(x for x in (have, beside) if x)
        have = f"already here: {listing(local, self.lang)}" if local else ""
        beside = f"local firms next to it ({near}), {firms} in all" if links else ""
        return "; ".join(x for x in (have, beside) if x)

    def import_dependent(self) -> str:
        return (
            "全图没有企业从事该环节，目前依赖进口或来源未知"
            if self.zh
            else "nobody in the graph operates in it: imported, or unknown"
        )
