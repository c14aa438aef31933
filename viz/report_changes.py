"""What changed between two gap reports, finding by finding, with the fact and the source that caused it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bulian.queries.reasons import listing
from bulian.viz.report_text import say

WORST_FIRST = ("missing", "single_source", "thin", "covered")
KINDS = ("opened", "closed", "weakened", "strengthened", "evidence")

Findings = Mapping[str, Any]  # the content of a findings.json
_Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as a reader needs it: its name, and its address where it has one."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """One finding that reads differently. `before` and `after` are codes of status, or of evidence."""

    kind: str
    finding_id: str
    chain: str
    link: str
    before: str
    after: str
    fact: str
    sources: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A finding whose status stayed but that moved (`rank`, `candidates`), or a link that is not missing and
    was `added` or `removed`. `rank`: where the finding stands now, or stood; 0 for none."""

    kind: str
    finding_id: str
    chain: str
    link: str
    fact: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """`compared_with`: name of the earlier report; "" when there is none, or (`other_scope`) none on the same
    region and chains."""

    compared_with: str = ""
    other_scope: bool = False
    items: tuple[Change, ...] = ()
    shifts: tuple[Shift, ...] = ()
    not_compared: tuple[str, ...] = ()  # names of chains that the earlier report did not have


def compare(old: Findings | None, new: Findings, name: str, lang: str) -> Changes:
    """Changes from `old`, the findings of the report called `name`, to `new`; chains of both only."""
    if old is None:
        return Changes()
    then, now = ({str(c["id"]): str(c["name"]) for c in f["chains"]} for f in (old, new))
    both = set(then) & set(now)
    if old["region_id"] != new["region_id"] or not both:
        return Changes(other_scope=True)
    before, after = (_by_id(f, both) for f in (old, new))
    items: list[Change] = []
    shifts: list[Shift] = []
    for finding_id in sorted(before.keys() | after.keys()):
        a, b = before.get(finding_id), after.get(finding_id)
        if a is None or b is None:
            _one_sided(a, b, items, shifts, lang)
        else:
            items += _changes(a, b, old, new, lang)
            shifts += _shifts(a, b, lang)
    items.sort(key=lambda c: (KINDS.index(c.kind), c.finding_id))
    shifts.sort(key=lambda s: (s.rank or len(after) + 1, s.finding_id, s.kind))
    missed = tuple(n for c, n in now.items() if c not in both)
    return Changes(name, False, tuple(items), tuple(shifts), missed)


def _by_id(findings: Findings, chains: set[str]) -> dict[str, _Entry]:
    return {str(f["finding_id"]): f for f in findings["findings"] if f["chain_id"] in chains}


def _one_sided(
    a: _Entry | None, b: _Entry | None, items: list[Change], shifts: list[Shift], lang: str
) -> None:
    """A link that entered or left the chain: a change when it is or was missing, else a shift."""
    entry = b or a or {}
    came = a is None
    fact = say("link_added" if came else "link_removed", lang)
    where = (str(entry["finding_id"]), str(entry["chain"]), str(entry["link"]))
    if entry["status"] == "missing":
        states = ("", "missing") if came else ("missing", "")
        items.append(Change("opened" if came else "closed", *where, *states, fact))
    else:
        shifts.append(Shift("added" if came else "removed", *where, fact, entry["rank"] or 0))


def _changes(a: _Entry, b: _Entry, old: Findings, new: Findings, lang: str) -> list[Change]:
    where = (str(b["finding_id"]), str(b["chain"]), str(b["link"]))
    found = []
    if a["status"] != b["status"]:
        fact, sources = _firms_moved(a, b, old, new, lang)
        kind = _status_kind(a["status"], b["status"])
        found.append(Change(kind, *where, a["status"], b["status"], fact, sources))
    # Where a link is covered, nobody asks on what the absence rests.
    if a["evidence"] != b["evidence"] and "covered" not in (a["status"], b["status"]):
        sources = _cited(new, b["survey_sources"]) or _cited(old, a["survey_sources"])
        found.append(Change("evidence", *where, a["evidence"], b["evidence"], str(b["reason"]), sources))
    return found


def _status_kind(before: str, after: str) -> str:
    if after == "missing":
        return "opened"
    if before == "missing":
        return "closed"
    return "weakened" if WORST_FIRST.index(after) < WORST_FIRST.index(before) else "strengthened"


def _firms_moved(
    a: _Entry, b: _Entry, old: Findings, new: Findings, lang: str
) -> tuple[str, tuple[Cited, ...]]:
    """The local firms that came or went, with the sources that speak of them."""
    came, gone = _difference(b["local"], a["local"]), _difference(a["local"], b["local"])
    facts = []
    if came:
        facts.append(say("firms_in", lang, names=_names(came, lang)))
    if gone:
        facts.append(say("firms_out", lang, names=_names(gone, lang)))
    sources = (
        *_cited(new, [s for f in came for s in f["sources"]]),
        *_cited(old, [s for f in gone for s in f["sources"]]),
    )
    joint = "; " if lang == "en" else "；"
    return joint.join(facts) or say("same_firms", lang), tuple(dict.fromkeys(sources))


def _shifts(a: _Entry, b: _Entry, lang: str) -> Iterable[Shift]:
    """A rank counts as shifted when the finding's own priority changed, not when others moved past it."""
    if a["status"] != b["status"] or b["status"] == "covered":
        return
    where = (str(b["finding_id"]), str(b["chain"]), str(b["link"]))
    if a["rank"] != b["rank"] and a["priority"] != b["priority"]:
        yield Shift("rank", *where, say("rank_fact", lang, old=a["rank"], new=b["rank"]), b["rank"])
    facts = []
    if came := _difference(b["candidates"], a["candidates"]):
        facts.append(say("candidates_in", lang, names=_names(came, lang)))
    if gone := _difference(a["candidates"], b["candidates"]):
        facts.append(say("candidates_out", lang, names=_names(gone, lang)))
    if facts:
        yield Shift("candidates", *where, ("; " if lang == "en" else "；").join(facts), b["rank"])


def _difference(these: Sequence[_Entry], those: Sequence[_Entry]) -> list[_Entry]:
    known = {x["id"] for x in those}
    return [x for x in these if x["id"] not in known]


def _names(firms: Sequence[_Entry], lang: str) -> str:
    return listing([str(f["name"]) for f in firms], lang)


def _cited(findings: Findings, ids: Sequence[str]) -> tuple[Cited, ...]:
    known = findings["sources"]
    return tuple(Cited(known[i]["name"], known[i]["url"]) for i in dict.fromkeys(ids) if i in known)
