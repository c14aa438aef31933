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
    "conflicting duplicate": "与前面同编号、同来源的一行矛盾",
    "unknown reference": "所指的对象不存在",
    "ambiguous reference": "所指的对象不止一个",
    "reference to a quarantined row": "所指的那一行被隔离了",
    "end not allowed": "这种关系不能连这类对象",
    "both ends are one": "两端是同一个对象",
    "unknown predicate": "谓词不认识",
}


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
