"""Pack files: what the parser refuses, how parameters are bound, what a run gives back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bulian.errors import MappingError, QueryError, UnknownName, UsageError
from bulian.queries import packs
from bulian.queries.pack import GROUPS, Pack, code_label, column_label, find_pack, parse_pack, run
from bulian.queries.parameters import TYPES, Parameter, bind, convert
from bulian.queries.reference import markdown
from bulian.records import Row

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
// title = { zh = "企业", en = "Firms" }
// question = { zh = "有哪些企业？", en = "Which firms?" }
// columns = ["firm_id", "firm"]
"""
BODY = "MATCH (f:Firm)\nRETURN f.id AS firm_id, f.name AS firm // all; of them\nORDER BY firm_id;\n"
LIMIT = '//\n// [[parameter]]\n// name = "limit"\n// type = "integer"\n// default = 5\n'


class FakeStore:
    """Answers every query with given rows and remembers what it was asked."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.asked: list[tuple[str, Mapping[str, Any], float]] = []

    def read(self, cypher: str, params: Mapping[str, Any], *, timeout: float) -> list[Row]:
        self.asked.append((cypher, params, timeout))
        return self.rows


def problems(text: str) -> str:
    with pytest.raises(MappingError) as caught:
        parse_pack(text, "firms", "explore")
    assert str(caught.value).startswith("explore/firms.cypher: ")
    return str(caught.value)


# ---------------------------------------------------------------- reading


def test_a_pack_is_read_whole() -> None:
    pack = parse_pack(
        HEADER + LIMIT + "\n// why\n" + BODY.replace(";\n", "\nLIMIT $limit\n"), "firms", "explore"
    )
    assert (pack.name, pack.group, pack.title.zh, pack.question.en) == (
        "firms",
        "explore",
        "企业",
        "Which firms?",
    )
    assert pack.columns == ("firm_id", "firm")
    [limit] = pack.parameters
    assert (limit.name, limit.type, limit.default, limit.required) == ("limit", "integer", 5, False)
    assert limit.label.en == "rows at most", "the label comes from the catalogue"
    assert pack.cypher.startswith("// why\nMATCH (f:Firm)")
    assert pack.cypher.endswith("LIMIT $limit")


def test_a_closing_semicolon_is_dropped_and_one_in_a_comment_or_text_is_no_statement() -> None:
    assert parse_pack(HEADER + BODY, "firms", "explore").cypher.endswith("ORDER BY firm_id")
    parse_pack(
        HEADER + "MATCH (f:Firm {name: 'a;b'}) RETURN f.id AS firm_id, f.name AS firm", "firms", "explore"
    )


def test_all_problems_of_a_file_are_told_at_once() -> None:
    header = """\
// title = "企业"
// colour = "red"
// columns = ["firm_id", "firm_id", "shoe_size"]
//
// [[parameter]]
// name = "Region"
// type = "area"
//
// [[parameter]]
// name = "limit"
// type = "integer"
// default = "five"
// optional = true
//
// [[parameter]]
// name = "unused"
// type = "string"
// label = { zh = "无", en = "none" }
// hint = "x"
"""
    told = problems(header + "MATCH (f:Firm) WHERE f.city = $city RETURN 1; RETURN 2")
    for part in (
        "unknown key colour",
        "title must be { zh = …, en = … }",
        "question must be { zh = …, en = … }",
        "column firm_id stands twice",
        "column shoe_size has no label in columns.toml",
        "parameter name 'Region' is not snake_case",
        "parameter Region: unknown type 'area'",
        "parameter Region: label must be",
        "parameter limit: default must be a whole number, not 'five'",
        "parameter limit: optional is true or false, and not beside a default",
        "parameter unused: unknown key hint",
        "parameter unused: an example is missing",
        "there is more than one statement",
        "$city is used but not declared",
        "parameter unused is never used",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("// title = { zh = \n" + BODY, "the header is not TOML"),
        (BODY, "title must be"),
        (HEADER, "there is no statement"),
        (HEADER.replace('["firm_id", "firm"]', "[]") + BODY, "columns must be a list of names"),
        (HEADER + '// parameter = "limit"\n' + BODY, "parameter must be a list of tables"),
        (HEADER + LIMIT + LIMIT + BODY.replace(";", " LIMIT $limit"), "parameter limit stands twice"),
    ],
)
def test_a_broken_file_says_what_is_wrong(text: str, told: str) -> None:
    assert told in problems(text)


def test_shipped_packs_are_many_unique_and_grouped() -> None:
    found = packs()
    assert len(found) >= 30
    assert {p.group for p in found.values()} == set(GROUPS)
    assert all(name == p.name and p.parameters is not None for name, p in found.items())
    assert [GROUPS.index(p.group) for p in found.values()] == sorted(
        GROUPS.index(p.group) for p in found.values()
    )
    titles = [p.title[lang] for p in found.values() for lang in ("zh", "en")]
    assert len(titles) == len(set(titles)), "a reader tells packs apart by their titles"


def test_an_unknown_pack_names_the_nearest() -> None:
    assert find_pack("missing_links").name == "missing_links"
    with pytest.raises(UnknownName) as caught:
        find_pack("mising-links")
    assert "missing_links" in caught.value.nearest
    assert caught.value.exit_code == 2


def test_headings_and_codes_are_written_out_and_unknown_ones_stay() -> None:
    assert (column_label("local_firms", "zh"), column_label("local_firms", "en")) == (
        "本地企业",
        "Local firms",
    )
    assert column_label("shoe_size", "zh") == "shoe_size"
    assert code_label("direction", "in", "zh") == "指入"
    assert code_label("direction", "sideways", "zh") == "sideways"
    assert code_label("firm", "in", "zh") == "in"


# ---------------------------------------------------------------- parameters


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("place", "place:cn-610111", "place:cn-610111"),
        ("link", "chain-link:h2-stack", "chain-link:h2-stack"),
        ("organization", "lab:west-lab", "lab:west-lab"),
        ("node", "source:a", "source:a"),
        ("string", "007", "007"),
        ("integer", "7", 7),
        ("integer", 7, 7),
        ("float", "1.5", 1.5),
        ("float", 2, 2.0),
        ("boolean", "True", True),
        ("boolean", False, False),
        ("date", "2026-06-15", date(2026, 6, 15)),
        ("date", date(2026, 6, 15), date(2026, 6, 15)),
        ("date", "today", date.today()),
        ("list", "a; b；c", ["a", "b", "c"]),
        ("list", ("a", "b"), ["a", "b"]),
        ("list", "", []),
    ],
)
def test_a_value_or_its_text_is_taken(kind: str, given: Any, value: Any) -> None:
    assert convert(kind, given) == value
    assert type(convert(kind, given)) is type(value)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("place", "chain:hydrogen"),
        ("place", "西咸新区"),
        ("chain", "chain:"),
        ("node", "stack"),
        ("string", 7),
        ("integer", "7.5"),
        ("integer", True),
        ("integer", 7.0),
        ("float", "nan"),
        ("float", "inf"),
        ("float", True),
        ("boolean", "yes"),
        ("boolean", 1),
        ("date", "2026-13-01"),
        ("date", 2026),
        ("list", [1]),
        ("list", 1),
    ],
)
def test_a_wrong_value_is_refused(kind: str, given: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        convert(kind, given)


def test_every_type_can_be_converted() -> None:
    assert set(TYPES) == {p.type for p in _parameters()} | {"float", "boolean", "chain", "link"}
    for kind in TYPES:
        with pytest.raises(ValueError, match=r"\w"):
            convert(kind, object())


def _parameters() -> list[Parameter]:
    return [p for pack in packs().values() for p in pack.parameters]


def test_defaults_are_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = find_pack("surveys_on_record")
    monkeypatch.delenv("BULIAN_REGION", raising=False)
    bound = bind(pack.name, pack.parameters, {"chain": "chain:hydrogen"})
    assert bound == {"chain": "chain:hydrogen", "region": "place:xixian-new-area", "on": date.today()}
    for home in ("place:cn-610111", "cn-610111"):
        monkeypatch.setenv("BULIAN_REGION", home)
        assert bind(pack.name, pack.parameters, {"chain": "chain:hydrogen"})["region"] == "place:cn-610111"


def test_a_home_region_given_by_name_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULIAN_REGION", "灞桥区")
    pack = find_pack("too_general_firms")
    with pytest.raises(UsageError, match="parameter region must be a graph id"):
        bind(pack.name, pack.parameters, {})


def test_wrong_parameters_are_usage_errors() -> None:
    pack = find_pack("nearest_makers")
    with pytest.raises(UsageError, match="parameter link is missing") as missing:
        bind(pack.name, pack.parameters, {})
    assert "-p link=chain-link:h2-air-compressor" in missing.value.hint
    with pytest.raises(UnknownName, match="unknown parameter of nearest_makers: lnk") as unknown:
        bind(pack.name, pack.parameters, {"lnk": "chain-link:h2-stack"})
    assert unknown.value.nearest[0] == "link"
    with pytest.raises(UsageError, match="parameter limit must be a whole number, not 'many'"):
        bind(pack.name, pack.parameters, {"link": "chain-link:h2-stack", "limit": "many"})


# ---------------------------------------------------------------- running


def a_pack() -> Pack:
    return parse_pack(HEADER + LIMIT + BODY.replace(";\n", "\nLIMIT $limit\n"), "firms", "explore")


def test_rows_have_the_declared_columns_in_that_order() -> None:
    store: Any = FakeStore([{"firm": "甲", "firm_id": "firm:a"}])
    rows = run(store, a_pack(), {"limit": "3"}, timeout=2)
    assert [list(r.items()) for r in rows] == [[("firm_id", "firm:a"), ("firm", "甲")]]
    [(cypher, params, timeout)] = store.asked
    assert (cypher, params, timeout) == (a_pack().cypher, {"limit": 3}, 2)


@pytest.mark.parametrize("row", [{"firm_id": "firm:a"}, {"firm_id": "firm:a", "firm": "甲", "city": "乙"}])
def test_other_columns_than_declared_are_an_error(row: Row) -> None:
    store: Any = FakeStore([row])
    with pytest.raises(QueryError, match="firms: the query gives the columns"):
        run(store, a_pack())


def test_the_reference_is_current() -> None:
    page = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
    assert page == markdown(), "run `python -m bulian.queries.pack` and read what changed"
