"""Where a text lies in the tree of places: exactly, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulian.loaders.places import PlaceIndex, PlaceRecord, stem


def record(
    slug: str, name: str, level: str, parent: str | None = None, *names: str, adcode: str = ""
) -> PlaceRecord:
    return PlaceRecord(f"place:{slug}", name, level, f"place:{parent}" if parent else None, names, adcode)


RECORDS = [
    record("cn", "中国", "country"),
    record("jia", "甲省", "province", "cn", "Jia"),
    record("yi", "乙东维吾尔自治区", "province", "cn"),
    record("bing", "丙市", "province", "cn"),  # a municipality
    record("jilin", "吉林省", "province", "cn"),
    record("jilin-city", "吉林市", "city", "jilin"),
    record("yun", "云江市", "city", "jia", adcode="990100"),
    record("shi", "石山市", "city", "jia", "石城"),
    record("yun-xin", "新城区", "district", "yun"),
    record("shi-xin", "新城区", "district", "shi"),
    record("xincheng", "新城市", "city", "yi"),
    record("yun-gao", "云江高新区", "park", "yun", "高新区"),
    record("shi-gao", "石山高新区", "park", "shi", "高新区"),
    record("area", "云江新区", "new_area", "yun"),
    record("dong", "东港新城", "new_town", "area"),
    record("an", "安陵县", "county", "shi"),
    record("base", "航天基地（云江）", "park", "yun"),
]


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    return PlaceIndex(RECORDS)


def where(index: PlaceIndex, **texts: str) -> str | None:
    place = index.locate(texts).place
    return place.partition(":")[2] if place else None


@pytest.mark.parametrize("text", ["云江市", "云江", "yun", "place:yun", "990100", " 云 江 市 "])
def test_one_place_by_all_it_is_called(index: PlaceIndex, text: str) -> None:
    assert where(index, place=text) == "yun"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"province": "甲省", "city": "云江市", "district": "新城区"}, "yun-xin"),
        ({"province": "甲省", "city": "云江", "district": "新城"}, "yun-xin"),
        ({"city": "石山市", "place": "新城区"}, "shi-xin"),
        ({"city": "石城", "district": "安陵"}, "an"),
        ({"city": "云江市", "place": "高新区"}, "yun-gao"),
        ({"city": "云江市", "district": "高新"}, "yun-gao"),
        ({"place": "东港新城", "city": "云江市", "province": "甲省"}, "dong"),
        ({"place": "云江市", "district": "东港新城"}, "dong"),
        ({"place": "甲省"}, "jia"),
        ({"place": "甲省", "city": "云江市"}, "yun"),
        ({"province": "乙东"}, "yi"),
        ({"province": "丙市", "city": "丙市"}, "bing"),
        ({"province": "吉林", "city": "吉林"}, "jilin-city"),
        ({"province": "吉林"}, "jilin"),
        ({"city": "吉林"}, "jilin-city"),
        ({"place": "航天基地"}, "base"),
        ({"place": "甲省云江市新城区"}, "yun-xin"),
        ({"city": "云江市", "place": "云江市东港新城"}, "dong"),
        ({"place": "Jia"}, "jia"),
    ],
)
def test_the_deepest_place_that_texts_agree_on(
    index: PlaceIndex, texts: dict[str, str], expected: str
) -> None:
    assert where(index, **texts) == expected
    assert index.locate(texts).unresolved == ()


def test_a_city_is_enough_when_the_place_is_unknown(index: PlaceIndex) -> None:
    found = index.locate({"place": "不存在的镇", "city": "云江市"})
    assert found.place == "place:yun"
    assert [(u.field, u.value, u.reason) for u in found.unresolved] == [("place", "不存在的镇", "unknown")]


@pytest.mark.parametrize(
    "text", ["云江高新区五号楼", "云江新区以外的火星基地", "甲省会展中心", "甲省云江市某镇", "石山市北"]
)
def test_what_only_begins_like_a_place_is_reported_and_not_guessed(index: PlaceIndex, text: str) -> None:
    found = index.locate({"place": text})
    assert (found.place, found.fields) == (None, {})
    assert [(u.field, u.value, u.reason) for u in found.unresolved] == [("place", text, "unknown")]
    assert where(index, place=text, city="云江市") == "yun"
    assert where(index, place=text, city="云江市", district="新城区") == "yun-xin"
    assert where(index, place=text, province="甲省") == "jia"


def test_names_written_together_may_end_in_a_short_one(index: PlaceIndex) -> None:
    assert where(index, place="甲省云江市高新") == "yun-gao"
    assert where(index, city="石山市", place="石山市安陵") == "an"


def test_a_name_that_two_cities_have_is_not_guessed(index: PlaceIndex) -> None:
    found = index.locate({"place": "新城区"})
    assert found.place is None
    assert found.unresolved[0].reason == "ambiguous"
    assert set(found.unresolved[0].candidates) == {"place:yun-xin", "place:shi-xin"}
    assert where(index, province="甲省", place="高新区") == "jia"


def test_a_same_named_place_of_another_city_is_not_taken(index: PlaceIndex) -> None:
    found = index.locate({"city": "吉林市", "district": "新城区"})
    assert found.place == "place:jilin-city"
    assert [u.reason for u in found.unresolved] == ["unknown"]


def test_below_an_unknown_city_names_are_not_trusted(index: PlaceIndex) -> None:
    found = index.locate({"province": "甲省", "city": "无名市", "district": "安陵县"})
    assert found.place == "place:jia"
    assert [u.field for u in found.unresolved] == ["city", "district"]
    assert where(index, city="无名市", place="an") == "an"  # an id is no name


def test_texts_that_contradict_agree_on_what_encloses_both(index: PlaceIndex) -> None:
    found = index.locate({"city": "石山市", "place": "东港新城"})
    assert found.place == "place:jia"
    assert [(u.field, u.reason) for u in found.unresolved] == [("place", "disagrees")]
    assert where(index, city="云江市", district="新城区", place="高新区") == "yun"
    assert where(index, province="吉林省", city="云江市") == "cn"


def test_places_without_a_common_root_agree_on_nothing() -> None:
    index = PlaceIndex([record("a", "甲国", "country"), record("b", "乙城", "city")])
    assert where(index, province="甲国", city="乙城") is None


def test_unknown_everywhere_is_nowhere(index: PlaceIndex) -> None:
    found = index.locate({"province": "境外", "place": "某地"})
    assert found.place is None
    assert [u.field for u in found.unresolved] == ["province", "place"]
    assert index.locate({}).place is None


def test_the_city_of_a_place(index: PlaceIndex) -> None:
    assert [index.city_of(f"place:{p}") for p in ("dong", "bing", "jia", "cn")] == [
        "place:yun",
        "place:bing",
        None,
        None,
    ]


def test_a_cyclic_tree_ends() -> None:
    index = PlaceIndex([record("a", "甲地", "city", "b"), record("b", "乙地", "city", "a")])
    assert index.around("place:a") == ["place:a", "place:b"]
    assert where(index, city="甲地", place="乙地") is not None


def test_stems_keep_short_names() -> None:
    assert [stem(n) for n in ("西安市", "新城区", "乙东维吾尔自治区", "县城", "省", "天府新区")] == [
        "西安",
        "新城",
        "乙东",
        "县城",
        "省",
        "天府新",
    ]


texts = st.dictionaries(
    st.sampled_from(["province", "city", "district", "place"]),
    st.sampled_from([r.name for r in RECORDS]) | st.text(max_size=6),
)


@given(texts)
def test_whatever_the_texts_the_place_encloses_or_is_one_of_theirs(found: dict[str, str]) -> None:
    index = PlaceIndex(RECORDS)
    located = index.locate(found)
    if located.place is not None:
        named = {
            c
            for t in found.values()
            for part in (t, *index.split(t))
            for c in index.find(part, list(index.records))
        }
        assert any(located.place in index.around(c) for c in named)
