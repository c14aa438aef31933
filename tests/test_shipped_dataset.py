"""The shipped dataset as plain files: it is complete, it hangs together, its decisions can be applied."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

DATASET = Path(__file__).resolve().parents[1] / "loaders" / "datasets" / "xixian"
SCOPES = {"connected-vehicles", "drones", "ecosystem", "hydrogen"}
ROWS = {
    "actions": 9,
    "chain_links": 283,
    "chains": 45,
    "collaborations": 153,
    "link_supplies": 548,
    "measures": 135,
    "organizations": 1627,
    "people": 114,
    "places": 594 + 25,
    "plan_systems": 52,
    "relations": 1184,
    "targets": 122,
    "tasks": 40,
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KINDS = {
    *(
        "firm",
        "university",
        "research_institute",
        "lab",
        "pilot_base",
        "innovation_platform",
        "fund",
        "investor",
    ),
    *("incubator", "park", "government", "hospital", "alliance", "service_agency"),
}
STAGES = {"upstream", "midstream", "downstream", "service", "support", "equipment", "application"}
LEVELS = {
    *("country", "region", "province", "city", "district", "county"),
    *("new_area", "new_town", "park", "town"),
}
INTERNAL = re.compile(r"种子文|seed:|\.txt|file:|localhost|(^|[\s,;])/\w+/\w+")

Table = tuple[Mapping[str, str], ...]
Key = tuple[str, str]  # scope, id


@cache
def table(name: str) -> Table:
    with (DATASET / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle, strict=True))


def items(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


def ids(name: str) -> set[str]:
    return {row["id"] for row in table(name)}


def by_key(name: str) -> dict[Key, Mapping[str, str]]:
    return {(row["scope"], row["id"]): row for row in table(name)}


def plain(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()


def has_cycle(arcs: Iterable[tuple[str, str]]) -> bool:
    after: dict[str, set[str]] = defaultdict(set)
    waiting: Counter[str] = Counter()
    for start, end in set(arcs):
        after[start].add(end)
        waiting[end] += 1
    ready = [node for node in after if not waiting[node]]
    while ready:
        for end in after[ready.pop()]:
            waiting[end] -= 1
            if not waiting[end]:
                ready.append(end)
    return any(waiting.values())


@cache
def moves() -> dict[Key, str]:
    """(scope, id) -> the id it has once `rename` and `same` are applied."""
    moved = [d for d in table("decisions") if d["decision"] in {"rename", "same"}]
    result = {(d["scope"], d["id"]): d["target_id"] for d in moved}
    assert len(result) == len(moved), "a row is decided twice"
    return result


def final(key: Key) -> str:
    return moves().get(key, key[1])


def merged(name: str) -> dict[str, list[Mapping[str, str]]]:
    groups: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for key, row in by_key(name).items():
        groups[final(key)].append(row)
    return groups


def kept(column: str) -> dict[str, str]:
    """target id -> the value that the decisions keep; two different values for one target are an error."""
    values: dict[str, str] = {}
    for row in table("decisions"):
        if row[column]:
            assert values.setdefault(row["target_id"], row[column]) == row[column], row
    return values


@cache
def place_names() -> dict[str, set[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    for row in table("places"):
        for name in [row["name_zh"], *items(row["aliases"])]:
            names[name].add(row["id"])
    return names


# --- the files ---


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_every_fact_is_there(name: str, rows: int) -> None:
    assert len(table(name)) == rows


def test_files_are_utf8_without_bom_and_rectangular() -> None:
    files = sorted(DATASET.glob("*.csv"))
    assert {f.stem for f in files} >= {*ROWS, "decisions"}
    for file in files:
        raw = file.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf"), file.name
        assert b"\r" not in raw, file.name
        with file.open(encoding="utf-8", newline="") as handle:
            widths = Counter(len(row) for row in csv.reader(handle, strict=True))
        assert len(widths) == 1, (file.name, widths)


def test_no_cell_or_page_points_to_a_private_file() -> None:
    for file in DATASET.iterdir():
        found = INTERNAL.search(file.read_text(encoding="utf-8"))
        assert found is None, (file.name, found)


def test_the_dataset_says_what_it_is() -> None:
    head = tomllib.loads((DATASET / "dataset.toml").read_text(encoding="utf-8"))
    assert (head["name"], head["licence"]) == ("xixian", "CC-BY-4.0")
    assert head["title"]
    assert head["publisher"]
    assert head["retrieved"] == date(2026, 11, 24)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_names_a_source_and_a_confidence(name: str) -> None:
    for row in table(name):
        assert row["source_title"].strip(), row
        assert row["confidence"] in {"high", "medium", "low"}, row
        for url in items(row["source_url"]) if name == "places" else [row["source_url"]]:
            assert not url or re.match(r"https?://[^/\s]+", url), row


@pytest.mark.parametrize(
    "name", [n for n in ROWS if n not in {"collaborations", "link_supplies", "relations"}]
)
def test_ids_are_slugs_and_unique_in_their_scope(name: str) -> None:
    assert [row["id"] for row in table(name) if not SLUG.fullmatch(row["id"])] == []
    assert len(by_key(name)) == len(table(name))
    assert all(row["name_zh"].strip() for row in table(name))


# --- chains, links, places, plan ---


def test_links_have_a_chain_a_stage_and_a_parent_of_the_same_chain() -> None:
    links = {row["id"]: row for row in table("chain_links")}
    assert Counter(row["chain"] for row in links.values()) == {
        "hydrogen": 90,
        "connected-vehicles": 103,
        "drones": 90,
    }
    for row in links.values():
        assert row["chain"] in ids("chains"), row
        assert row["stage"] in STAGES, row
        assert 1 <= int(row["criticality"]) <= 5, row
        assert row["chokepoint"] in {"true", "false"}, row
        assert not row["parent_id"] or links[row["parent_id"]]["chain"] == row["chain"], row
    assert not has_cycle((row["id"], row["parent_id"]) for row in links.values() if row["parent_id"])


def test_supplies_join_links_of_one_chain_without_a_cycle() -> None:
    chain = {row["id"]: row["chain"] for row in table("chain_links")}
    arcs = [(row["from_id"], row["to_id"]) for row in table("link_supplies")]
    assert len(set(arcs)) == len(arcs)
    assert all(chain[start] == chain[end] for start, end in arcs)
    assert not has_cycle(arcs)


def test_cycle_check_sees_a_cycle() -> None:
    assert has_cycle([("a", "b"), ("b", "c"), ("c", "b")])
    assert not has_cycle([("a", "b"), ("a", "c"), ("b", "c")])


def test_chain_leaders_are_organizations_of_their_scope() -> None:
    organizations = by_key("organizations")
    for row in table("chains"):
        for leader in items(row["chain_leader_ids"]):
            assert (row["scope"], leader) in organizations, (row["id"], leader)


def test_places_form_a_tree_and_cooperate_with_places() -> None:
    parents = {row["id"]: row["parent_id"] for row in table("places")}
    assert {parent for parent in parents.values() if parent} <= set(parents)
    assert not has_cycle((place, parent) for place, parent in parents.items() if parent)
    assert {row["level"] for row in table("places")} <= LEVELS
    for row in table("collaborations"):
        assert {row["subject_place"], row["object_place"]} <= set(parents), row


def test_the_plan_hangs_together() -> None:
    assert {row["action_id"] for row in table("tasks")} <= ids("actions")
    assert {row["task_id"] for row in table("measures")} <= ids("tasks")
    plan = ids("actions") | ids("tasks") | ids("measures")
    for row in (*table("targets"), *table("plan_systems")):
        assert row["measure_id"] in plan, row
    for row in table("targets"):
        assert row["comparator"] in {"=", ">=", "<=", "about", "range"}, row
        assert float(row["value"]) >= 0, row
        assert bool(row["value_max"]) == (row["comparator"] == "range"), row


# --- organizations, people, relations ---


def test_organizations_are_well_formed() -> None:
    links = ids("chain_links")
    for row in table("organizations"):
        assert row["scope"] in SCOPES, row
        assert row["type"] in KINDS, row
        assert row["is_chain_leader"] in {"true", "false"}, row
        assert re.fullmatch(r"|(18|19|20)\d\d(-\d\d)?(-\d\d)?", row["founded"]), row
        assert set(items(row["chain_links"])) <= links, row


def test_people_belong_to_known_organizations() -> None:
    organizations, known = by_key("organizations"), ids("chain_links") | ids("chains")
    for row in table("people"):
        assert not row["affiliation_id"] or (row["scope"], row["affiliation_id"]) in organizations, row
        assert set(items(row["expertise_links"])) <= known, row


def test_every_end_of_a_relation_exists_in_its_scope() -> None:
    own = by_key("organizations") | by_key("people")
    shared = ids("chain_links") | ids("chains") | ids("places")
    for row in table("relations"):
        assert (row["scope"], row["subject_id"]) in own, row
        assert (row["scope"], row["object_id"]) in own or row["object_id"] in shared, row
        assert row["subject_id"] != row["object_id"], row
        assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", row["predicate"]), row


def test_every_place_an_organization_names_is_known() -> None:
    unknown = {
        (column, row[column])
        for row in table("organizations")
        for column in ("place", "district", "city", "province")
        if row[column] and row[column] not in place_names()
    }
    assert unknown == {("place", "渭水校区")}


def test_organizations_without_a_place_are_few_and_listed() -> None:
    nowhere = [
        row["name_zh"]
        for row in table("organizations")
        if not any(row[column] for column in ("place", "district", "city", "province"))
    ]
    page = (DATASET / "README.md").read_text(encoding="utf-8")
    assert len(nowhere) == 8
    assert [name for name in nowhere if name not in page] == []


# --- decisions ---


def test_decisions_speak_of_rows_that_exist_and_say_why() -> None:
    own = by_key("organizations") | by_key("people")
    for row in table("decisions"):
        assert row["decision"] in {"rename", "same", "different", "place"}, row
        assert own[row["scope"], row["id"]]["name_zh"] == row["name_zh"], row
        assert SLUG.fullmatch(row["target_id"]), row
        assert row["why"], row
        assert row["decided_by"], row
        assert date.fromisoformat(row["date"]) == date(2026, 11, 24), row


def test_a_rename_gives_a_new_id_and_a_merge_an_existing_one() -> None:
    taken = ids("organizations") | ids("people")
    ends = {final(key) for key in (*by_key("organizations"), *by_key("people"))}
    for row in table("decisions"):
        if row["decision"] == "rename":
            assert row["target_id"] not in taken, row
            assert any(
                other["id"] == row["id"] for other in table("organizations") if other["scope"] != row["scope"]
            )
        elif row["decision"] == "place":
            assert row["target_id"] in ids("places"), row
        else:
            assert row["target_id"] in ends, row
            assert any(
                final(key) == key[1] == row["target_id"]
                for key in (*by_key("organizations"), *by_key("people"))
            )


def test_no_id_means_two_things_after_the_decisions() -> None:
    targets = set(moves().values())
    for key in (*by_key("organizations"), *by_key("people")):
        if key[1] in targets and final(key) != key[1]:
            renamed = [
                d for d in table("decisions") if (d["scope"], d["id"]) == key and d["decision"] == "rename"
            ]
            assert renamed, key


def test_same_and_different_do_not_contradict() -> None:
    different = [d for d in table("decisions") if d["decision"] == "different"]
    assert different
    for row in different:
        assert final((row["scope"], row["id"])) != row["target_id"], row


def test_equal_names_are_one_organization() -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for key, row in by_key("organizations").items():
        meant[plain(row["name_zh"])].add(final(key))
    assert {name: ends for name, ends in meant.items() if len(ends) > 1} == {}


def test_two_names_under_one_id_were_looked_at() -> None:
    decided = {d["target_id"] for d in table("decisions") if d["decision"] == "same"}
    for end, rows in merged("organizations").items():
        if len({plain(row["name_zh"]) for row in rows}) > 1:
            assert end in decided, [row["name_zh"] for row in rows]


def test_merged_rows_agree_or_the_decision_says_what_holds() -> None:
    kinds, cities, places = kept("keep_type"), kept("keep_city"), kept("keep_place")
    assert set(kinds.values()) <= KINDS
    for name in (*cities.values(), *(part for cell in places.values() for part in items(cell))):
        assert len(place_names()[name]) == 1, name
    for end, rows in merged("organizations").items():
        found = {row["type"] for row in rows}
        assert len(found) == 1 or kinds.get(end) in found, (end, found)
        found = {row["city"] for row in rows if row["city"]}
        assert len(found) <= 1 or cities.get(end) in found, (end, found)


def test_how_many_organizations_and_people_are_meant() -> None:
    assert len(merged("organizations")) == 1388
    people = merged("people")
    assert len(people) == 104
    assert all(len({row["name_zh"] for row in rows}) == 1 for rows in people.values())
