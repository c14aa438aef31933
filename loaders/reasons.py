"""Why rows and values did not enter, in words for staff. The English codes are stable: reports count them."""

from __future__ import annotations

SHAPE = "shape "  # followed by the name of a shape of the ontology

_TEXTS = {
    "unreadable row": "这一行读不出来",
    "missing value": "必填项为空",
    "invalid id": "编号不合规",
    "unknown class": "类型不认识",
    "invalid value": "值不合规",
    "no such property": "这一类没有这个属性",
    "conflicting duplicate": "与前面同一对象、同一来源的一行矛盾",
    "unknown reference": "所指的对象不存在",
    "ambiguous reference": "所指的对象不止一个",
    "reference to a quarantined row": "所指的那一行被隔离了",
    "end not allowed": "这种关系不能连这类对象",
    "both ends are one": "两端是同一个对象",
    "unknown predicate": "谓词不认识",
}


# What a cell should hold: by property where it has a form of its own, else by kind of value.
_DATE = "日期，如 2024、2024-05、2024-05-01、2024年5月"
_EXPECTED = {
    "credit_code": "18 位统一社会信用代码，末位校验位须相符，如 91990100MA0000001G",
    "founded": "成立年份或日期，如 2015、2015-06、2015-06-01",
    "source_date": _DATE,
    "source_url": "网址，如 https://example.org/page",
    "date": _DATE,
    "decimal": "数字，如 12.5；单位另写一列",
    "integer": "整数，如 3",
    "boolean": "是或否，如 true、false",
}


def expected(name: str, datatype: str = "", codes: str = "") -> str:
    """What a property or column takes, with an example; `codes`: those that it may be."""
    if codes:
        return f"应为其中之一：{codes}"
    what = _EXPECTED.get(name) or _EXPECTED.get(datatype)
    return f"应为{what}" if what else ""


def reason_text(reason: str, lang: str) -> str:
    """A reason code in words."""
    if lang == "en":
        return reason
    if reason.startswith(SHAPE):
        return f"不合规则 {reason.removeprefix(SHAPE)}"
    return _TEXTS.get(reason, reason)


def hint_text(reason: str, hint: str) -> str:
    """What a person reads beside a row that was set aside."""
    text = "" if reason.startswith(SHAPE) else reason_text(reason, "zh")
    return "：".join(t for t in (text, hint) if t)
