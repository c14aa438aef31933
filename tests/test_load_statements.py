"""What several statements about one thing come to."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulian.loaders.image import Image
from bulian.loaders.statements import Claim, claims_text, fold, implied, in_order, read_claims, shapes
from bulian.ontology.model import Ontology
from bulian.records import Node


def claim(
    dataset: str, confidence: str = "medium", day: str = "2025-01-01", source: str = "s", **props: Any
) -> Claim:
    return Claim(dataset, (f"source:{source}",), confidence, date.fromisoformat(day), props)


def test_the_better_sourced_value_is_shown_and_the_others_are_kept(ontology: Ontology) -> None:
    node, _ = shapes(ontology)
    claims = [
        claim("a", "medium", "2026-01-01", "new", name="甲", city="石山市"),
        claim("b", "high", "2020-01-01", "old", name="甲公司", city="云江市", aliases=["A"]),
        claim("c", "high", "2021-01-01", "mid", city="丙市", aliases=["B", "A"]),
    ]
    props = fold(in_order(claims), node)
    assert props["city"] == "丙市"  # high goes before medium, the newer before the older
    assert props["name"] == "甲公司"
    assert props["aliases"] == ["B", "A", "甲"]
    assert props["other_values"] == [
        "city=云江市 [source:old]",
        "city=石山市 [source:new]",
        "name=甲 [source:new]",
    ]
    assert props["source_ids"] == ["source:mid", "source:old", "source:new"]
    assert (props["confidence"], props["datasets"]) == ("high", ["a", "b", "c"])


def test_the_first_stated_is_shown_among_equals(ontology: Ontology) -> None:
    node, _ = shapes(ontology)
    first, second = claim("a", source="1", city="甲市"), claim("a", source="2", city="乙市")
    assert fold([first, second], node)["city"] == "甲市"
    assert fold([second, first], node)["city"] == "乙市"


def test_a_relationship_is_observed_when_anybody_observed_it(ontology: Ontology) -> None:
    _, edge = shapes(ontology)
    inferred = claim("a", "high", assertion="inferred")
    props = fold([inferred, claim("b", "low", "2026-01-01")], edge)
    assert (props["assertion"], props["as_of"], props["confidence"]) == ("observed", date(2026, 1, 1), "high")
    assert fold([inferred], edge)["assertion"] == "inferred"
    assert "other_values" not in props


def test_a_name_that_differs_only_in_width_is_no_alias(ontology: Ontology) -> None:
    node, _ = shapes(ontology)
    props = fold([claim("a", name="东风（云江）"), claim("b", "low", name="东风(云江)")], node)
    assert "aliases" not in props


claims_list = st.lists(
    st.builds(
        claim,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["high", "medium", "low"]),
        st.sampled_from(["2020-01-01", "2024-05-01"]),
        st.sampled_from(["1", "2"]),
        name=st.sampled_from(["甲", "乙"]),
        aliases=st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, unique=True),
    ),
    min_size=1,
    max_size=4,
)


@given(claims_list)
def test_the_order_of_datasets_does_not_matter(ontology: Ontology, claims: list[Claim]) -> None:
    node, _ = shapes(ontology)
    by_dataset = [[c for c in claims if c.dataset == d] for d in "abc"]
    results = [fold(in_order(c for part in order for c in part), node) for order in permutations(by_dataset)]
    assert all(r == results[0] for r in results)


@given(claims_list)
def test_claims_survive_being_stored(ontology: Ontology, claims: list[Claim]) -> None:
    assert read_claims(claims_text(claims), ontology) == claims


def test_dates_in_claims_survive_being_stored(ontology: Ontology) -> None:
    one = claim("a", valid_from=date(2024, 1, 1), detail="2024-01-01", amount=2.5)
    assert read_claims(claims_text([one]), ontology) == [one]


def test_one_statement_is_its_own_record(ontology: Ontology) -> None:
    """Claims are stored only where several statements exist, or where the record would not give the one
    back."""
    image = Image(ontology)
    retrieved = date(2026, 6, 1)
    card = Claim("a", (), "high", retrieved, {"name": "A", "dataset": "a", "retrieved": retrieved})
    own = "source:own"
    image.days.note_all("a", {own: card}, own, all_of_them=True)
    plain = Claim("a", (own,), "medium", retrieved, {"name": "甲"})
    image.set_node("firm:x", "Firm", [plain])
    made = image.node("firm:x")
    assert made is not None
    assert "claims" not in made.props
    assert implied(made.props, retrieved, shapes(ontology)[0]) == plain
    odd = Claim("a", (own,), "medium", date(2020, 1, 1), {"name": "甲"})  # not the day its source has
    image.set_node("firm:x", "Firm", [odd])
    made = image.node("firm:x")
    assert made is not None
    assert read_claims(made.props["claims"], ontology) == [odd]  # type: ignore[arg-type]


def test_a_record_that_no_loader_wrote_is_nobodys_to_withdraw(ontology: Ontology) -> None:
    image = Image(
        ontology, [Node("Firm", "firm:x", {"name": "甲", "confidence": "low", "source_ids": ["source:s"]})]
    )
    (found,) = image.node_claims("firm:x")
    assert (found.dataset, found.props) == ("", {"name": "甲"})
    image.set_node("firm:x", "Firm", [found, claim("a", "high", name="乙")])
    made = image.node("firm:x")
    assert made is not None
    assert (made.props["name"], made.props["datasets"], made.props["aliases"]) == ("乙", ["a"], ["甲"])


@pytest.mark.parametrize("text", ["{", "{}", '{"dataset": "a", "sources": [], "day": "x", "props": {}}'])
def test_damaged_claims_are_an_error_with_a_way_out(ontology: Ontology, text: str) -> None:
    from bulian.errors import UsageError

    damaged = {"name": "甲", "datasets": ["a"], "claims": [text]}
    with pytest.raises(UsageError, match="firm:x") as caught:
        Image(ontology, [Node("Firm", "firm:x", damaged)]).node_claims("firm:x")
    assert "rebuild" in caught.value.hint
