"""Cells to values."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loadkit import CODE_1

from bulian.loaders.formula import guard, unguard
from bulian.loaders.pinyin import pinyin_forms
from bulian.loaders.transform import (
    clean,
    convert,
    credit_code,
    is_slug,
    many,
    name_key,
    parse_boolean,
    parse_date,
    parse_decimal,
    parse_integer,
    partial_date,
    suggest_slug,
)
from bulian.ontology.model import Ontology


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024年", "2024-01-01", "2024-12-31"),
        ("2024-05", "2024-05-01", "2024-05-31"),
        ("2024.12", "2024-12-01", "2024-12-31"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        ("2024年5月1日", "2024-05-01", "2024-05-01"),
        ("２０２４－０５－０１", "2024-05-01", "2024-05-01"),
        ("20240501", "2024-05-01", "2024-05-01"),
        ("2024-05-01T10:00:00Z", "2024-05-01", "2024-05-01"),
        ("2024/2026", "2024-01-01", "2026-12-31"),
        ("2024-2026", "2024-01-01", "2026-12-31"),
        ("2024—2026年", "2024-01-01", "2026-12-31"),
        ("2024-05/2025-06", "2024-05-01", "2025-06-30"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_dates_as_people_write_them(text: str, start: str, end: str) -> None:
    span = parse_date(text)
    assert span is not None
    assert (span.start, span.end) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text", ["", "明年", "2024-13", "2023-02-29", "0000", "24-05", "2026/2024", "2024-05-01-02"]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    span = parse_date(text)
    assert span is None or span.start <= span.end


@pytest.mark.parametrize(
    ("text", "value"), [("2015年3月", "2015-03"), ("1988", "1988"), ("2015-03-02", "2015-03-02")]
)
def test_a_founding_date_keeps_its_precision(text: str, value: str) -> None:
    assert partial_date(text) == value
    assert partial_date("2015/2016") is None


def test_numbers_and_truth() -> None:
    assert [
        parse_decimal(t) for t in ("1,234.5", "１２", "-3", "1e3", "1_000", "nan", "inf", "五", "1,2")
    ] == [
        1234.5,
        12.0,
        -3.0,
        1000.0,
        None,
        None,
        None,
        None,
        None,
    ]
    assert [parse_integer(t) for t in ("5", "5.0", "5.5", "1,000", "")] == [5, 5, None, 1000, None]
    assert [parse_boolean(t) for t in ("TRUE", "是", "0", "否", "maybe")] == [True, True, False, False, None]


def test_a_credit_code_needs_its_check_digit() -> None:
    assert credit_code(f" {CODE_1[:8]} {CODE_1[8:].lower()}") == CODE_1
    wrong = CODE_1[:-1] + ("A" if CODE_1[-1] != "A" else "B")
    assert [credit_code(c) for c in (wrong, CODE_1[:-1], CODE_1 + "0", "IO" + CODE_1[2:], "")] == [None] * 5


def test_codes_by_code_or_label(ontology: Ontology) -> None:
    stage = ontology.properties["stage"]
    assert [convert(t, stage, ontology) for t in ("upstream", "上游", "Upstream", "上上游")] == [
        "upstream"
    ] * 3 + [None]
    role = ontology.properties["role"]
    assert convert("铺层材料", role, ontology, open_list=True) == "铺层材料"


def test_lists_and_cleaning() -> None:
    assert many("a; b；a;;\nc") == ["a", "b", "c"]
    assert many(["a;b", " a;b "]) == ["a;b"]
    assert many("a、b", "、") == ["a", "b"]
    assert clean("\ufeff 东风\u200b\x00  氢能\n") == "东风 氢能"


def test_names_are_compared_without_width_brackets_spaces_and_case() -> None:
    names = ["东风氢能（云江）Co", "东风氢能(云江)ＣＯ", " 东风氢能【云江】 co", "东风 氢能〔云江〕Co"]
    assert len({name_key(n) for n in names}) == 1
    assert name_key("东风云江") != name_key("东风(云江)")


def test_slugs() -> None:
    assert all(is_slug(s) for s in ("h2-stack", "p-1", "600373.sh", "a_b"))
    assert not any(is_slug(s) for s in ("", "A", "a b", "-a", "a-", "东风", "a:b", "a/b", "a" * 200))
    assert suggest_slug("Longi Green (Xi'an)") == "longi-green-xi-an"


@given(st.text())
def test_guarded_cells_are_no_formulas_and_come_back(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert unguard(guard(text)) == text


def test_pinyin_of_names_for_search() -> None:
    assert pinyin_forms({"name": "氢能", "aliases": ["H2 链"], "short_name": "氢"}) == [
        "qingneng",
        "qn",
        "qing",
        "q",
        "h2lian",
        "hl",
    ]
    assert pinyin_forms({"name": "Longi"}) == []
