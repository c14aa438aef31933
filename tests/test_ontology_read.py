"""Broken ontologies are refused with every problem named; the stored copy is quick and never fatal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import pytest

from bulian.errors import MappingError
from bulian.ontology import load_ontology, stored
from bulian.ontology.read import read_ontology


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    here = files("bulian.ontology")
    return {n: here.joinpath(n).read_text(encoding="utf-8") for n in stored.TURTLE}


def _broken() -> Iterator[tuple[str, str, str, str]]:
    """(file, text, replacement, what the message must say)"""
    yield "bulian.ttl", "bl:position a", "bl:title a", "title: reserved"
    yield "bulian.ttl", "bl:position a", "bl:type a", "type: reserved"
    yield (
        "bulian.ttl",
        "bl:caption bl:name ; bl:featured ( bl:city bl:ownership bl:listed_code",
        ("bl:featured ( bl:city bl:ownership bl:listed_code"),
        "Firm: no bl:caption",
    )
    yield "bulian.ttl", 'rdfs:label "企业"@zh, "firm"@en', 'rdfs:label "firm"@en', "Firm: no label in zh"
    yield (
        "bulian.ttl",
        '"A company that makes or sells."@en',
        '"Une entreprise."@fr',
        "Firm: no definition in en",
    )
    yield (
        "bulian.ttl",
        'bl:reverseLabel "需要"@zh, "is fed by"@en',
        'bl:reverseLabel "需要"@zh',
        "FEEDS: no bl:reverse",
    )
    yield "bulian.ttl", 'bl:colour "#C2410C"', 'bl:colour "orange"', "Firm: bl:colour must be"
    yield (
        "bulian.ttl",
        "rdfs:domain bl:Talent ; rdfs:range xsd:string",
        ("rdfs:domain bl:Tallent ; rdfs:range xsd:string"),
        "unknown domain Tallent",
    )
    yield (
        "bulian.ttl",
        "rdfs:domain bl:Survey ; rdfs:range xsd:integer",
        ("rdfs:domain bl:Survey ; rdfs:range xsd:float"),
        "found: range float",
    )
    yield (
        "bulian.ttl",
        "rdfs:domain bl:Firm ;\n    rdfs:range bl:Chain .",
        ("rdfs:domain bl:Firm ;\n    rdfs:range bl:Chains ."),
        "LEADS: unknown range Chains",
    )
    yield "bulian.ttl", "bl:scheme blc:ownership", "bl:scheme blc:owners", "ownership: unknown scheme owners"
    yield (
        "bulian.ttl",
        "bl:relationship bl:REALIZES",
        "bl:relationship bl:REALISES",
        "unknown reference relationship",
    )
    yield (
        "bulian.ttl",
        "owl:allValuesFrom bl:Action",
        "owl:allValuesFrom bl:Actions",
        "unknown owl:allValuesFrom",
    )
    yield "bulian.ttl", "bl:Park a owl:Class", "bl:park_area a owl:Class", "not PascalCase"
    yield (
        "bulian.ttl",
        "bl:FEEDS a owl:ObjectProperty",
        "bl:feeds a owl:ObjectProperty",
        "not UPPER_SNAKE_CASE",
    )
    yield (
        "concepts.ttl",
        'skos:prefLabel "上游"@zh',
        'skos:prefLabel "上游"@ja',
        "stage.upstream: no skos:prefLabel in zh",
    )
    yield (
        "concepts.ttl",
        'skos:notation "midstream"',
        'skos:notation "upstream"',
        "no skos:notation of its own",
    )
    yield "concepts.ttl", "bl:nodeClass bl:Firm", "bl:nodeClass bl:Company", "unknown class Company"
    yield "bulian.ttl", "bl:Firm a owl:Class ;", "bl:Firm a owl:Class", "not valid Turtle"


@pytest.mark.parametrize(("file", "old", "new", "message"), list(_broken()))
def test_refuses_a_broken_ontology(
    texts: dict[str, str], file: str, old: str, new: str, message: str
) -> None:
    assert old in texts[file]
    with pytest.raises(MappingError) as caught:
        read_ontology("x", {**texts, file: texts[file].replace(old, new, 1)})
    assert any(message in p for p in caught.value.problems), caught.value.problems


def test_tells_all_problems_at_once(texts: dict[str, str]) -> None:
    broken = texts["bulian.ttl"].replace("bl:position a", "bl:title a").replace("#C2410C", "red")
    with pytest.raises(MappingError) as caught:
        read_ontology("x", {**texts, "bulian.ttl": broken})
    assert len(caught.value.problems) >= 2
    assert "title" in str(caught.value)
    assert "red" in str(caught.value)


# -- the stored copy


def test_stored_copy_equals_what_was_read() -> None:
    fresh = read_ontology(stored.content_hash())
    assert fresh == load_ontology()
    assert stored.ontology_from_json(json.loads(json.dumps(asdict(fresh)))) == fresh


def _in_new_process(code: str, cache: Path) -> str:
    env = {**os.environ, "XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_quick_path_needs_no_rdflib(tmp_path: Path) -> None:
    code = "import sys, bulian.ontology as o; o.load_ontology(); print('rdflib' in sys.modules)"
    assert _in_new_process(code, tmp_path) == "True"
    assert _in_new_process(code, tmp_path) == "False"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": "1"}', '{"version": 1, "classes": {"A": {}}}']
)
def test_broken_stored_copy_is_made_again(tmp_path: Path, content: str) -> None:
    code = "from bulian.ontology import load_ontology; print(len(load_ontology().classes))"
    expected = _in_new_process(code, tmp_path)
    (file,) = (tmp_path / "bulian").glob("ontology-*.json")
    whole = file.read_text(encoding="utf-8")
    file.write_text(content, encoding="utf-8")
    assert _in_new_process(code, tmp_path) == expected
    assert file.read_text(encoding="utf-8") == whole


def test_unusable_cache_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "bulian").write_text("a file where the folder should be")
    code = "from bulian.ontology import load_ontology; print(len(load_ontology().classes))"
    assert int(_in_new_process(code, tmp_path)) == len(load_ontology().classes)


def test_load_is_cached_in_the_process() -> None:
    assert load_ontology() is load_ontology()
    assert load_ontology().version.startswith("1.")
