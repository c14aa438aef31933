"""The portable subset of Cypher as text checks: what both engines answer alike, and what stays fast on both.

Every rule has an id, a reason and a check over the text. A comment `// allow RULE: why` in a statement lifts
one rule for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bulian.errors import UsageError
from bulian.ontology.model import Ontology
from bulian.queries.cypher_text import (
    Clause,
    NodePattern,
    Path,
    RelPattern,
    bare,
    clauses,
    items,
    match_paths,
    paths,
    split_list,
)

_ALLOW = re.compile(r"//[ \t]*allow ([\w-]+)[ \t]*:[ \t]*(\S.*)?$", re.M)
_ALLOWABLE = {"directed", "label"}


@dataclass(frozen=True)
class Statement:
    """A statement with what the checks ask of it. `columns`: the declared ones, if any."""

    text: str
    ontology: Ontology
    columns: tuple[str, ...] = ()

    @cached_property
    def code(self) -> str:
        return bare(self.text)

    @cached_property
    def clauses(self) -> list[Clause]:
        return clauses(self.code)

    @cached_property
    def paths(self) -> list[Path]:
        return paths(self.code)

    @property
    def nodes(self) -> list[NodePattern]:
        return [n for path in self.paths for n in path if isinstance(n, NodePattern)]

    @property
    def relationships(self) -> list[RelPattern]:
        return [r for path in self.paths for r in path if isinstance(r, RelPattern)]

    def top(self, keyword: str) -> list[str]:
        return [c.body for c in self.clauses if c.keyword == keyword and not c.depth]


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a rule."""

    rule: str
    message: str

    def __str__(self) -> str:
        return f"[{self.rule}] {self.message}"


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    reason: str
    check: Callable[[Statement], Iterator[str]]


def lint(cypher: str, ontology: Ontology, columns: tuple[str, ...] = ()) -> list[Finding]:
    """Every breach in one statement (header or not), rule by rule."""
    statement = Statement(cypher, ontology, columns)
    allowed: set[str] = set()
    found: list[Finding] = []
    for rule, why in _ALLOW.findall(cypher):
        if rule in _ALLOWABLE and why:
            allowed.add(rule)
        else:
            found.append(Finding("allow", f"rule {rule} cannot be lifted, or no reason is given"))
    for rule in RULES:
        broken = [Finding(rule.id, message) for message in dict.fromkeys(rule.check(statement))]
        if rule.id in allowed and not broken:
            found.append(Finding("allow", f"rule {rule.id} is lifted without need"))
        found += [] if rule.id in allowed else broken
    return found


def require_reading(cypher: str) -> None:
    """Raise UsageError for a statement that might do anything but read."""
    code = bare(cypher).strip().removesuffix(";")
    problems = list(_writes(code))
    if "\\u" in cypher:  # an escape may spell a keyword that no check of the text sees
        problems.append("\\u escapes are not taken")
    if ";" in code:
        problems.append("more than one statement")
    if problems:
        raise UsageError(f"refused: {problems[0]}", "only a single reading statement is run")


# ---------------------------------------------------------------- the rules

_WRITING = re.compile(
    r"(?<![.$:`\w])(?<!\bAS )(CREATE|MERGE|SET|DETACH|DELETE|REMOVE|FOREACH|LOAD\s+CSV|DROP|ALTER|GRANT"
    r"|REVOKE|DENY|START\s+DATABASE|STOP\s+DATABASE|TERMINATE|SHOW|USE|IN\s+(?:\d+\s+)?(?:CONCURRENT\s+)?TRANSACTIONS)\b(?!\s*:)",
    re.I,
)
_PROCEDURE = re.compile(r"\bCALL\s+([\w`]+(?:\.[\w`]+)*)", re.I)


def _read_only(s: Statement) -> Iterator[str]:
    yield from _writes(s.code)


def _writes(code: str) -> Iterator[str]:
    for m in _WRITING.finditer(code):
        yield f"{' '.join(m.group(1).upper().split())} is no reading clause"
    for m in _PROCEDURE.finditer(code):
        yield f"the procedure {m.group(1)} is called"


def _directed(s: Statement) -> Iterator[str]:
    for r in s.relationships:
        if not r.direction:
            yield f"{r.text.strip()} has no direction"


def _anchor(s: Statement) -> Iterator[str]:
    for m in re.finditer(r"\b\w+\.id\s*=(?!~)|(?<![<>!])=\s*\w+\.id\b", s.code):
        yield f"{m.group().strip()} …: write the id into the pattern, (x:Label {{id: …}})"


def _own_match(s: Statement) -> Iterator[str]:
    for i, clause in enumerate(s.clauses[:-1]):
        where = s.clauses[i + 1]
        if not clause.keyword.endswith("MATCH") or where.keyword != "WHERE" or where.block != clause.block:
            continue
        parts = split_list(clause.body)
        if len(parts) == 1 and not re.search(r"[-)]\s*-|-\s*[\[(]", clause.body):
            continue
        for n in (n for p in match_paths(clause.body) for n in p if isinstance(n, NodePattern)):
            if not n.var or "id" not in n.keys:
                continue
            if re.search(rf"\b{n.var}\.\w+\s*(?:<(?!>)|>|IN\b)|(?<!<)[<>]=?\s*{n.var}\.\w", where.body, re.I):
                yield f"{n.var} is anchored by id and compared in a MATCH that goes on to other nodes"


def _label(s: Statement) -> Iterator[str]:
    named = {n.var for n in s.nodes if n.labels} | set(re.findall(r"\bAS\s+(\w+)", s.code, re.I))
    for n in s.nodes:
        if not n.labels and n.var not in named:
            yield f"{n.text} names no label"
        elif "id" in n.keys and any(_abstract(s.ontology, label) for label in n.labels):
            yield f"{n.text} anchors by an abstract class, which has no index"


def _abstract(ontology: Ontology, label: str) -> bool:
    return label in ontology.classes and label not in ontology.concrete


def _known(s: Statement) -> Iterator[str]:
    o = s.ontology
    for n in s.nodes:
        yield from (f"unknown label {label}" for label in n.labels if label not in o.classes)
        for label in (x for x in n.labels if x in o.classes):
            known = {p for c in (label, *o.below(label)) for p in o.classes[c].properties} | {"id"}
            yield from (f"{label} has no property {k}" for k in n.keys if k not in known)
    for r in s.relationships:
        yield from (f"unknown relationship type {t}" for t in r.types if t not in o.edges)
        for t in (x for x in r.types if x in o.edges):
            known = {*o.edges[t].properties, *o.edges[t].key, "ref"}
            yield from (f"{t} has no property {k}" for k in r.keys if k not in known)
    for label in re.findall(r"\b[a-z]\w*:([A-Z]\w*)", s.code):
        if label not in o.classes and label not in o.edges:
            yield f"unknown label {label}"
    keys = {*o.properties, "id", "ref", *re.findall(r"[{,]\s*(\w+)\s*:", s.code), "year", "month", "day"}
    yield from (
        f"unknown property {p}" for p in re.findall(r"\b[a-zA-Z_]\w*\.(\w+)", s.code) if p not in keys
    )


_WHOLE = re.compile(
    r"\b(elementId|keys|properties)\s*\(|(?<![\w.])id\s*\(|\b(?:startNode|endNode)\s*\([^)]*\)(?!\.)|\{\s*\.\*|\.\*",
    re.I,
)


def _plain_columns(s: Statement) -> Iterator[str]:
    graph = {n.var for n in s.nodes if n.var} | {r.var for r in s.relationships if r.var}
    walks = set(re.findall(r"\b(\w+)\s*=\s*(?:allShortestPaths|shortestPath)?\s*\(", s.code))
    scalars = set(re.findall(r"\bAS\s+(\w+)", s.code)) - {n.var for n in s.nodes if n.labels}
    for m in _WHOLE.finditer(s.code):
        yield f"{m.group().strip()} gives each engine's own value"
    for body in s.top("RETURN"):
        for expression, alias in items(body):
            inner = re.fullmatch(r"(?:collect|head|last)\s*\(\s*(?:DISTINCT\s+)?(\w+)\s*\)", expression, re.I)
            word = inner.group(1) if inner else expression
            if word in (graph - scalars) | walks or re.match(r"(nodes|relationships)\s*\(", word):
                yield f"{expression} AS {alias} is a whole node, relationship or path"
    aliases = [alias for body in s.top("RETURN")[-1:] for _, alias in items(body)]
    if s.columns and aliases != list(s.columns):
        yield f"returns {', '.join(aliases)}, declared {', '.join(s.columns)}"


def _reserved(s: Statement) -> Iterator[str]:
    for m in re.finditer(r"\.(title|type)\b(?!\s*\()", s.code):
        yield f"{m.group()} means something else in one engine"
    for key in {k for n in s.nodes for k in n.keys} | {k for r in s.relationships for k in r.keys}:
        if key in ("title", "type"):
            yield f"{key} in a pattern means something else in one engine"
    for m in re.finditer(r"\.name\s+IS\s+(NOT\s+)?NULL", s.code, re.I):
        yield f"{m.group()}: a missing name reads as a made-up one in one engine"


_NOT_SHARED: tuple[tuple[str, str], ...] = (
    (r"\bCOLLECT\s*\{", "COLLECT { }"),
    (r"\b(?:EXISTS|COUNT)\s*\{[^{}]*\b(?:RETURN|UNION)\b", "RETURN or UNION inside EXISTS or COUNT"),
    (r"\bOPTIONAL\s+CALL\b", "OPTIONAL CALL"),
    (r"\bCALL\s*\{", "CALL without its variables, write CALL (x) { }"),
    (r"\)\s*(?:\{\s*\d*\s*,?\s*\d*\s*\}|[+*])\s*\(|->\s*[+{]|-\s*\{\s*\d", "a quantified path"),
    (r"\b(?:ANY|ALL)?\s*\bSHORTEST\b", "SHORTEST"),
    (r"[(\[]\s*\w*\s*:[\w|]+\s+WHERE\b", "WHERE inside a node or relationship"),
    (r"[(\[]\s*\w*\s*:[^)\]{]*[&!%]", "& ! % in a label or type"),
    (r"\bIS\s+(?:NOT\s+)?(?!NULL\b|NORMALIZED\b|::)[A-Z]\w*\b(?<!NOT)", "IS Label"),
    (r"[<>]=?\s*[\w.$]+(?:\([^()]*\))?\s*[<>]=?\s*[\w.$]", "a chained comparison"),
    (r"/\*", "a block comment"),
    (r"[\u3400-\u9fff]", "a Chinese name without backticks"),
    (r"[(\[]\s*\w*\s*:\s*\$", "a dynamic label"),
    (r"\bpercentile\w*\s*\(", "a percentile"),
    (r"\bduration\.between\b", "duration.between"),
    (r"\bround\s*\(\s*-", "round of a negative value"),
    (r"\bUSING\s+(?:INDEX|SCAN|JOIN)\b", "an index hint"),
    (r"\bWHEN\s+[^,()\[\]{}]+,[^()\[\]{}]*\bTHEN\b", "several values in one WHEN"),
    (r"\b\w+\s*\{\s*\.\w+\s*,\s*\w+\s*[,}]", "a shorthand in a map projection"),
    (r"\|\|", "|| to join lists or texts"),
    (r"(?<!\.)\b(?:lower|upper|btrim|normalize|char_length|timestamp|stDevP)\s*\(", "a function of one"),
    (r"\bto\w+(?:List|OrNull)\s*\(|\bpoint\.distance\b|\{\s*epoch\w+\s*:", "a function of one"),
    (r"\b(?:AS|IN)\s+(?:ends|starts|contains)\b", "a keyword of one engine as a name"),
)  # fmt: skip


def _subset(s: Statement) -> Iterator[str]:
    code = re.sub(r"`[^`]*`", "``", s.code)
    commented = re.sub(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|//[^\n]*", "", s.text)
    for pattern, what in _NOT_SHARED:
        text = commented if pattern == r"/\*" else code
        flags = 0 if "A-Z" in pattern else re.I
        if re.search(pattern, text, flags):
            yield f"{what} is not in both engines, or not alike"
    for m in re.finditer(r"/\s*([\w.$]+(?:\([^()]*\))?)", code):
        by = m.group(1)
        safe = re.fullmatch(r"0*[1-9]\d*(\.\d+)?|count\(\*\)", by)
        if not safe and not re.search(rf"WHEN\s+{re.escape(by)}\s*=\s*0\s+THEN", code):
            yield f"division by {by}, which may be 0: write CASE WHEN {by} = 0 THEN null ELSE … END"
    for m in re.finditer(r"\bduration\s*\(\s*\{\s*\w+\s*:\s*(\w+\.\w+)\s*\}", code):
        if not re.search(rf"\b{re.escape(m.group(1))}\s+IS\s+NULL\b", code, re.I):
            yield f"duration of {m.group(1)}, which may be null, where one engine raises: coalesce it"
    for i, clause in enumerate(s.clauses[:-1]):
        walk = re.match(r"(\w+)\s*=\s*(?:allShortestPaths|shortestPath)\s*\(", clause.body)
        following = s.clauses[i + 1]
        if walk and following.keyword == "WHERE" and re.search(rf"\b{walk.group(1)}\b", following.body):
            yield "shortestPath with a condition: one engine searches under it, the other filters after"


def _order(s: Statement) -> Iterator[str]:
    if s.top("UNION") or s.top("UNION ALL"):
        yield "ORDER BY holds for the last part of a UNION only: wrap it in CALL () { … }"
    returned = [{a: e for e, a in items(body)} for body in s.top("RETURN")]
    for body in s.top("RETURN"):
        yield from (f"{e} has no alias" for e, a in items(body) if not a)
    orders = [c.body for c in s.clauses if c.keyword == "ORDER BY" and not c.depth]
    last = s.clauses[-1] if s.clauses else None
    after = [c.keyword for c in s.clauses if not c.depth]
    tail = after[after.index("RETURN") :] if "RETURN" in after else []
    if last is None or "ORDER BY" not in tail:
        yield "no ORDER BY after RETURN"
        return
    final = re.sub(r"\s+(ASC|DESC)(ENDING)?$", "", split_list(orders[-1])[-1], flags=re.I)
    expression = returned[-1].get(final) if returned else None
    if expression is None:
        yield f"ORDER BY ends with {final}, which is no column: end with one that is unique"
    elif re.match(r"(count|sum|avg|min|max|collect|size)\s*\(", expression, re.I):
        yield f"ORDER BY ends with {final}, an aggregate, which is not unique"


def _python(s: Statement) -> Iterator[str]:
    for m in re.finditer(
        r"\b(percentile\w*|median|stDev\w*|apoc\.\w+|\w*levenshtein\w*|\w*jaro\w*|\w*fulltext\w*)\b",
        s.code,
        re.I,
    ):
        yield f"{m.group()} belongs in Python"


def _trail(s: Statement) -> Iterator[str]:
    for path in s.paths:
        walks = [r for r in path if isinstance(r, RelPattern) and r.long]
        for i, r in enumerate(walks):
            for other in walks[i + 1 :]:
                if set(r.types) & set(other.types) and r.direction != other.direction:
                    yield f"{r.text.strip()} and {other.text.strip()} in one pattern cannot share a step"


RULES = (
    Rule("read-only", "a pack only reads", _read_only),
    Rule("directed", "the embedded engine miscounts two hops of which one has no direction", _directed),
    Rule("anchor", "only an id inside the pattern keeps the index with the safe settings", _anchor),
    Rule("own-match", "the embedded engine may lose the comparison; it needs a MATCH of its own", _own_match),
    Rule("label", "without the primary label every node is read", _label),
    Rule("known-name", "a name the ontology has not matches nothing, or raises", _known),
    Rule("plain-columns", "whole nodes and internal ids differ between the engines", _plain_columns),
    Rule("reserved", "title, type and a missing name read differently", _reserved),
    Rule("subset", "not in both engines, or not alike", _subset),
    Rule("order", "engines break ties differently, so the order must be total", _order),
    Rule("python", "statistics, fuzzy names and Chinese search are done in Python", _python),
    Rule("trail", "one pattern passes each relationship once, so a way up and down loses its root", _trail),
)  # fmt: skip
