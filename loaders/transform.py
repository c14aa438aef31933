"""Cells to values: pure functions. None means the text is not what it should be."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bulian.loaders.rows import RawCell
from bulian.ontology.model import Ontology, Property
from bulian.records import Value

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]"
)
_LIST = re.compile("[;；\n]")
_SLUG = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*\Z")
_SLUG_MAX = 120
_BRACKETS = str.maketrans("[]{}〔〕【】〈〉《》「」『』", "()" * 8)
_TRUE = frozenset({"true", "1", "yes", "y", "是", "对", "有"})
_FALSE = frozenset({"false", "0", "no", "n", "否", "不是", "无"})


def clean(text: str) -> str:
    """Text without invisible characters, space trimmed and made single. Width stays as written."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def one(cell: RawCell | None) -> str:
    """A cell as one text; empty when there is none."""
    if cell is None:
        return ""
    return clean("; ".join(cell) if isinstance(cell, list) else cell)


def many(cell: RawCell | None, separator: str | None = None) -> list[str]:
    """A cell as a list, each text once; separated by `;` or `；` unless a separator is given."""
    if cell is None:
        return []
    if isinstance(cell, str):
        cell = cell.split(separator) if separator else _LIST.split(cell)
    return [t for t in dict.fromkeys(clean(p) for p in cell) if t]


def is_slug(text: str) -> bool:
    return len(text) <= _SLUG_MAX and _SLUG.match(text) is not None


def suggest_slug(text: str) -> str:
    """The valid id nearest to a text; empty when it has no letter or digit of ASCII."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_MAX].strip("-")


def name_key(name: str) -> str:
    """A name as names are compared: width, brackets, spaces and case made equal."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_BRACKETS)
    return _SPACE.sub("", _INVISIBLE.sub("", folded))


# --- dates ---


@dataclass(frozen=True, slots=True)
class Span:
    """A date as precise as it was written: its first and last day. `is_range`: two dates were written."""

    start: date
    end: date
    is_range: bool = False


_DATE = re.compile(
    r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?|年)?"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?\Z"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_RANGE = re.compile(r"\s*(?:[/~～—–至到]+|--+| - )\s*")
_YEARS = re.compile(r"(\d{4})-(\d{4})\Z")


def parse_date(text: str) -> Span | None:
    """`2024`, `2024-05`, `2024-05-01`, `2024年5月`, and ranges of them such as `2024/2026`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if span := _single_date(plain):
        return span
    parts = list(m.groups()) if (m := _YEARS.match(plain)) else _RANGE.split(plain)
    if len(parts) != 2:
        return None
    first, last = _single_date(parts[0]), _single_date(parts[1])
    if first is None or last is None or last.end < first.start:
        return None
    return Span(first.start, last.end, is_range=True)


def _single_date(text: str) -> Span | None:
    match = _COMPACT.match(text) or _DATE.match(text)
    if match is None:
        return None
    year, month, day = (int(g) if g else None for g in match.groups())
    try:
        start = date(year or 0, month or 1, day or 1)
        if day:
            return Span(start, start)
        if month:
            following = (
                date(start.year + month // 12, month % 12 + 1, 1) if start.year < 9999 or month < 12 else None
            )
        else:
            following = date(start.year + 1, 1, 1) if start.year < 9999 else None
    except ValueError:
        return None
    return Span(start, date.fromordinal(following.toordinal() - 1) if following else date.max)


# --- numbers, truth, codes ---


def parse_decimal(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in plain else None


def parse_integer(text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace(",", "")
    if re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", plain):
        return int(plain.partition(".")[0])
    return None


def parse_boolean(text: str) -> bool | None:
    word = unicodedata.normalize("NFKC", text).casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def parse_code(text: str, scheme: str, ontology: Ontology) -> str | None:
    """A code of a closed list, given as the code or as its label in either language."""
    concepts = ontology.scheme(scheme).concepts
    if text in concepts:
        return text
    word = unicodedata.normalize("NFKC", text).casefold().strip()
    for code, concept in concepts.items():
        if word in (code.casefold(), concept.label.zh.casefold(), concept.label.en.casefold()):
            return code
    return None


def credit_code(text: str) -> str | None:
    """A social credit code in its standard form; None when malformed or its check digit is wrong."""
    from stdnum.cn import uscc

    code = unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("-", "")
    if not re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", code):
        return None
    return code if uscc.calc_check_digit(code[:17]) == code[17] else None


def partial_date(text: str) -> str | None:
    """A date as precise as it was written, in the standard form: 2024, 2024-05 or 2024-05-01."""
    span = parse_date(text)
    if span is None or span.is_range:
        return None
    days = (span.end - span.start).days
    iso = span.start.isoformat()
    return iso if days == 0 else iso[:7] if days < 31 else iso[:4]


# Text properties of a set form.
_FORMS: Mapping[str, Callable[[str], str | None]] = {"credit_code": credit_code, "founded": partial_date}

_PARSERS: Mapping[str, Callable[[str], Value]] = {
    "decimal": parse_decimal,
    "integer": parse_integer,
    "boolean": parse_boolean,
}


def convert(text: str, prop: Property, ontology: Ontology, *, open_list: bool = False) -> Value:
    """One text as a value of a property; None when it does not fit. Dates give their first day."""
    if prop.name in _FORMS:
        return _FORMS[prop.name](text)
    if prop.scheme is not None:
        code = parse_code(text, prop.scheme, ontology)
        return code if code is not None or not open_list else text
    if prop.datatype == "date":
        span = parse_date(text)
        return span.start if span else None
    parser = _PARSERS.get(prop.datatype)
    return parser(text) if parser else text
