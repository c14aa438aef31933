"""Cypher as text: what the linter needs to know of a statement without an engine's parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SKIPPED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|/\*.*?\*/""", re.S)
_KEYWORD = re.compile(
    r"(?<![.$:\w])(?<!STARTS )(?<!ENDS )"
    r"(OPTIONAL\s+MATCH|MATCH|WHERE|WITH|UNWIND|RETURN|CALL|UNION\s+ALL|UNION|ORDER\s+BY|SKIP|LIMIT)\b",
    re.I,
)
_NODE = r"\(\s*(?P<var>\w+)?\s*(?P<labels>:\s*[\w|:`&!%$()]+?)?\s*(?P<map>\{[^{}]*\})?\s*\)"
_REL = r"(?P<left><)?-\s*(?:\[(?P<body>[^\[\]]*)\]\s*)?-(?P<right>>)?"
_NODE_AT = re.compile(r"(?<![\w.])" + _NODE)
_STEP = re.compile(rf"\s*{_REL}\s*{_NODE}")
_LONE = re.compile(_NODE + "$")
_BODY = re.compile(
    r"\s*(?P<var>\w+)?\s*(?::(?P<types>[\w|`!:]+))?\s*(?P<length>\*[\d.\s]*)?\s*(?P<map>\{[^{}]*\})?\s*$"
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class NodePattern:
    """`(var:A|B {key: …})`. `labels` without the colon; `keys` of the inline map."""

    var: str
    labels: tuple[str, ...]
    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class RelPattern:
    """`-[var:A|B*1..3 {key: …}]->`. `direction` is ">", "<" or "" (either way)."""

    var: str
    types: tuple[str, ...]
    keys: tuple[str, ...]
    direction: str
    long: bool
    text: str


Path = list[NodePattern | RelPattern]  # node, relationship, node, …


@dataclass(frozen=True, slots=True)
class Clause:
    """A keyword and what follows it in the same block. `depth` is the number of brackets around it."""

    keyword: str
    body: str
    depth: int
    block: int  # start of the innermost bracket around it, -1 at the top


def bare(cypher: str) -> str:
    """The statement without comments and with empty string literals; names in backticks stay."""

    def blank(found: re.Match[str]) -> str:
        text = found.group()
        if text.startswith("`"):
            return text
        return " " if text.startswith("/") else "''"

    return _SKIPPED.sub(blank, cypher)


def clauses(code: str) -> list[Clause]:
    """Clauses of a bare statement in order of appearance, those inside subqueries included."""
    around = _blocks(code)
    marks = [m for m in _KEYWORD.finditer(code) if _is_clause(code, around[m.start()])]
    found = []
    for i, m in enumerate(marks):
        stack = around[m.start()]
        block = stack[-1] if stack else -1
        later = (n.start() for n in marks[i + 1 :] if around[n.start()] == stack)
        end = min(next(later, len(code)), _closing(code, block) if stack else len(code))
        keyword = " ".join(m.group(1).upper().split())
        found.append(Clause(keyword, code[m.end() : end].strip(), len(stack), block))
    return found


def paths(code: str) -> list[Path]:
    """Every chain of node and relationship patterns in a bare statement, and lone nodes of its MATCHes."""
    bodies = [c.body for c in clauses(code) if c.keyword.endswith("MATCH")]
    return _chains(code) + [lone for body in bodies for lone in _lone_nodes(body)]


def match_paths(body: str) -> list[Path]:
    """The same for the body of one MATCH."""
    return _chains(body) + _lone_nodes(body)


def _chains(code: str) -> list[Path]:
    found: list[Path] = []
    at = 0
    while node := _NODE_AT.search(code, at):
        path: Path = [_node(node)]
        at = node.end()
        while step := _STEP.match(code, at):
            path += [_rel(step), _node(step)]
            at = step.end()
        if len(path) > 1:
            found.append(path)
    return found


def _lone_nodes(body: str) -> list[Path]:
    return [[_node(m)] for part in split_list(body) if (m := _LONE.match(part))]


def split_list(text: str) -> list[str]:
    """Parts between the commas that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for i, ch in enumerate(text):
        if ch in "([{":
            depth += 1
        elif ch in ")]}":
            depth -= 1
        elif ch == "," and not depth:
            parts.append(text[start:i].strip())
            start = i + 1
    return [*parts, text[start:].strip()]


def items(body: str) -> Iterator[tuple[str, str]]:
    """Expression and alias ("" when it has none) of each item of a RETURN."""
    for part in split_list(re.sub(r"^DISTINCT\s+", "", body, flags=re.I)):
        expression, _, alias = (
            part.rpartition(" AS ") if re.search(r"\sAS\s+[\w`]+$", part) else (part, "", "")
        )
        yield expression.strip(), alias.strip()


def _blocks(code: str) -> list[tuple[int, ...]]:
    """For each character the positions of the brackets open around it."""
    stack: tuple[int, ...] = ()
    around = []
    for i, ch in enumerate(code):
        if ch in ")]}" and stack and code[stack[-1]] == _PAIRS[ch]:
            stack = stack[:-1]
        around.append(stack)
        if ch in "([{":
            stack = (*stack, i)
    return around


def _closing(code: str, opening: int) -> int:
    depth = 0
    for i in range(opening, len(code)):
        if code[i] in "([{":
            depth += 1
        elif code[i] in ")]}":
            depth -= 1
            if not depth:
                return i
    return len(code)


def _is_clause(code: str, stack: tuple[int, ...]) -> bool:
    """Not the WHERE of a list comprehension or of any(): a clause stands in nothing but subqueries."""
    return all(code[i] == "{" for i in stack)


def _node(m: re.Match[str]) -> NodePattern:
    labels = tuple(re.findall(r"\w+", m["labels"] or ""))
    return NodePattern(m["var"] or "", labels, _keys(m["map"]), m.group())


def _rel(m: re.Match[str]) -> RelPattern:
    body = _BODY.match(m["body"] or "")
    direction = (m["left"] or "") + (m["right"] or "")
    if body is None:
        return RelPattern("", (), (), direction, False, m.group())
    types = tuple(re.findall(r"\w+", body["types"] or ""))
    return RelPattern(
        body["var"] or "", types, _keys(body["map"]), "" if direction == "<>" else direction,
        bool(body["length"]), m.group(),
    )  # fmt: skip


def _keys(text: str | None) -> tuple[str, ...]:
    return tuple(re.findall(r"(\w+)\s*:", text or ""))
