"""The linter: every rule catches its case and leaves right statements alone; every shipped pack is clean."""

from __future__ import annotations

import pytest

from bulian.errors import UsageError
from bulian.ontology import load_ontology
from bulian.queries.lint import RULES, lint, require_reading
from bulian.queries.pack import packs

ANCHORED = "MATCH (f:Firm {id: $id})-[:OPERATES_IN]->(l:ChainLink)"
END = " RETURN f.id AS firm_id ORDER BY firm_id"

BAD: dict[str, list[str]] = {
    "read-only": [
        "MATCH (f:Firm) SET f.city = 'x'" + END,
        "MATCH (f:Firm) DETACH DELETE f",
        "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row AS row ORDER BY row",
        "CALL db.labels() YIELD label RETURN label AS label ORDER BY label",
        "MATCH (f:Firm) CALL (f) { CREATE (:Firm {id: f.id}) } IN TRANSACTIONS OF 10 ROWS" + END,
    ],
    "directed": [
        "MATCH (f:Firm)-[:SUPPLIES]-(:Firm)" + END,
        "MATCH (f:Firm)--(:ChainLink)" + END,
        "MATCH (f:Firm)<-[:SUPPLIES]->(:Firm)" + END,
        "MATCH (f:Firm) WHERE EXISTS { (f)-[:LOCATED_IN*1..3]-(:Place) }" + END,
    ],
    "anchor": [
        "MATCH (f:Firm) WHERE f.id = $id" + END,
        "MATCH (f:Firm) WHERE f.city = 'x' AND 'firm:a' = f.id" + END,
        "MATCH (f:Firm), (s:Survey) WHERE f.id= s.region_id" + END,
    ],
    "own-match": [
        f"{ANCHORED} WHERE l.name CONTAINS 'x' AND f.founded > '2000'" + END,
        "MATCH (l:ChainLink {id: $id})<-[:OPERATES_IN]-(f:Firm) WHERE l.stage IN ['upstream']" + END,
        "MATCH (l:ChainLink {id: $id}), (f:Firm) WHERE 3 <= l.criticality" + END,
    ],
    "label": [
        "MATCH (f)-[:OPERATES_IN]->(:ChainLink)" + END,
        "MATCH (f {id: $id})" + END,
        "MATCH (f:Organization {id: $id})" + END,
        "MATCH (f:Firm)-[:SUPPLIES]->()" + END,
    ],
    "known-name": [
        "MATCH (f:Company)" + END,
        "MATCH (f:Firm)-[:WORKS_IN]->(:ChainLink)" + END,
        "MATCH (f:Firm {stage: 'upstream'})" + END,
        "MATCH (:ChainLink)-[:FEEDS {rolle: 'x'}]->(f:ChainLink)" + END,
        "MATCH (f:Firm) WHERE f.cityy = 'x'" + END,
        "MATCH (f:Firm) WHERE NOT f:Companie" + END,
    ],
    "plain-columns": [
        "MATCH (f:Firm) RETURN f AS firm_id ORDER BY firm_id",
        "MATCH (f:Firm)-[r:SUPPLIES]->(g:Firm) RETURN f.id AS firm_id, r AS role ORDER BY firm_id",
        "MATCH p = (f:Firm)-[:SUPPLIES]->(g:Firm) RETURN p AS path, f.id AS firm_id ORDER BY firm_id",
        "MATCH (f:Firm) RETURN collect(f) AS firms, f.city AS city ORDER BY city",
        "MATCH (f:Firm) RETURN elementId(f) AS id, f.id AS firm_id ORDER BY firm_id",
        "MATCH (f:Firm) RETURN f {.*} AS all, f.id AS firm_id ORDER BY firm_id",
        "MATCH (f:Firm)-[r:SUPPLIES]->(:Firm) RETURN startNode(r) AS start, f.id AS firm_id ORDER BY firm_id",
    ],
    "reserved": [
        "MATCH (f:Firm) WHERE f.type = 'x'" + END,
        "MATCH (f:Firm {title: 'x'})" + END,
        "MATCH (f:Firm) WHERE f.name IS NULL" + END,
    ],
    "subset": [
        "MATCH (f:Firm) WITH f, COLLECT { MATCH (f)-[:SUPPLIES]->(g:Firm) RETURN g.id } AS x" + END,
        "MATCH (f:Firm) WHERE EXISTS { MATCH (f)-[:SUPPLIES]->(g:Firm) RETURN g }" + END,
        "MATCH (f:Firm) OPTIONAL CALL (f) { MATCH (f)-[:LEADS]->(c:Chain) RETURN c.id AS x }" + END,
        "MATCH (f:Firm) CALL { WITH f RETURN 1 AS x }" + END,
        "MATCH (f:Firm)-[:SUPPLIES]->{1,3}(:Firm)" + END,
        "MATCH SHORTEST 1 (f:Firm)-[:SUPPLIES]->(:Firm)" + END,
        "MATCH (f:Firm WHERE f.city = 'x')" + END,
        "MATCH (f:Firm&ChainLeader)" + END,
        "MATCH (f:!Firm)" + END,
        "MATCH (f:Firm) WHERE 1 < size(f.aliases) <= 3" + END,
        "MATCH (f:Firm) WHERE 1 < f.criticality <= 3" + END,
        "MATCH (f:Firm) /* all of them */" + END,
        "MATCH (f:Firm) WITH f, 1 AS 数 RETURN f.id AS firm_id ORDER BY firm_id",
        "MATCH (f:$label)" + END,
        "MATCH (f:Firm) WITH f, duration.between(date(), f.updated_at) AS d" + END,
        "MATCH (f:Firm) USING INDEX f:Firm(id)" + END,
        "MATCH (f:ChainLink) WITH f, CASE f.stage WHEN 'a', 'b' THEN 1 ELSE 2 END AS x" + END,
        "MATCH (f:Firm) WITH f, size(f.aliases) / size(f.main_products) AS x" + END,
        "MATCH (f:Firm) WITH f, round(-0.5) AS x" + END,
        "MATCH p = shortestPath((f:Firm)-[:SUPPLIES*..4]->(g:Firm)) WHERE length(p) > 2" + END,
        "MATCH (f:Firm) WITH f, toIntegerOrNull(f.founded) AS year" + END,
        "MATCH (f:Firm) WITH f, f.name || f.city AS both" + END,
        "MATCH (f:Survey) WHERE f.date + duration({days: f.expires_after}) > $on" + END,
    ],
    "order": [
        "MATCH (f:Firm) RETURN f.id AS firm_id",
        "MATCH (f:Firm) WITH f ORDER BY f.id RETURN f.id AS firm_id",
        "MATCH (f:Firm) RETURN f.city AS city, count(*) AS firms ORDER BY city, firms",
        "MATCH (f:Firm) RETURN f.id ORDER BY f.id",
        "MATCH (f:Firm) RETURN f.id AS id ORDER BY f.city",
        "MATCH (f:Firm) RETURN f.id AS id UNION MATCH (l:Lab) RETURN l.id AS id ORDER BY id",
    ],
    "python": [
        "MATCH (f:Firm) RETURN f.city AS city, percentile_cont(size(f.aliases), 0.5) AS middle ORDER BY city",
        "MATCH (f:Firm) WHERE apoc.text.levenshteinDistance(f.name, $name) < 3" + END,
    ],
    "trail": [
        "MATCH (:Place {id: $r})-[:PART_OF*0..9]->(:Place)<-[:PART_OF*0..9]-(f:Place)" + END,
    ],
}  # fmt: skip

GOOD: dict[str, list[str]] = {
    "read-only": ["MATCH (f:Firm) WHERE f.name CONTAINS 'DELETE; SET it' // MERGE" + "\n" + END],
    "directed": [
        "MATCH (f:Firm)-[:SUPPLIES]->(:Firm)<-[:SUPPLIES]-(:Firm) WHERE size(f.aliases) - 1 > 0" + END,
        "MATCH (a:Firm {id: $a}) MATCH (b:Firm {id: $b})\n"
        "MATCH p = allShortestPaths((a)-[:SUPPLIES*..4]-(b))\n"
        "// allow directed: either way counts\n"
        "RETURN [n IN nodes(p) | n.id] AS path_ids ORDER BY path_ids",
    ],
    "anchor": ["MATCH (f:Firm {id: $id}) WHERE f.id <> $other AND f.id IN $ids AND f.id =~ 'firm:.*'" + END],
    "own-match": [
        "MATCH (f:Firm {id: $id}) WHERE f.founded > '2000'"
        " MATCH (f)-[:OPERATES_IN]->(l:ChainLink) WHERE l.criticality > 3" + END,
        f"{ANCHORED} WHERE f.founded <> '2000' AND l.criticality >= 3" + END,
    ],
    "label": [
        "MATCH (f:Firm)-[:OPERATES_IN]->(l:ChainLink) MATCH (l)-[:BROADER]->(:ChainLink)"
        " WHERE EXISTS { (f)-[:LEADS]->(:Chain) }" + END,
        "CALL () { MATCH (x:Firm) RETURN x AS f } MATCH (f)-[:OPERATES_IN]->(:ChainLink)" + END,
        "MATCH (f:Organization)" + END,
    ],
    "known-name": [
        "MATCH (f:Firm {city: '市'})-[:LEADS]->(:Chain {level: 'city'}) WHERE f:ChainLeader" + END,
        "MATCH (f:Organization {city: ''}) WITH f, {made: f.main_products} AS m WHERE size(m.made) > 1" + END,
        "MATCH (:ChainLink)-[:FEEDS*0..9 {role: 'variant'}]->(f:ChainLink)" + END,
    ],
    "plain-columns": [
        "MATCH p = (f:Firm)-[r:SUPPLIES]->(:Firm)"
        " RETURN [n IN nodes(p) | n.id] AS ids, startNode(r).id AS x, f.id AS id ORDER BY id",
        "MATCH (f:Firm) WITH f.id AS id, count(*) AS n RETURN id AS id, n AS n ORDER BY id",
    ],
    "reserved": ["MATCH (f:Firm)-[r:SUPPLIES]->(:Firm) WHERE type(r) <> 'title' AND f.city IS NULL" + END],
    "subset": [
        "MATCH (f:Firm) WHERE 1 < size(f.aliases) AND size(f.aliases) <= 3"
        " AND COUNT { (f)-[:SUPPLIES]->(:Firm) } > 2"
        " AND f.city IS NOT NULL AND f.name CONTAINS '氢 & 能'" + END,
        "MATCH (f:Firm) RETURN f.city AS city, 1.0 * sum(size(f.aliases)) / count(*) AS mean ORDER BY city",
        "MATCH (f:Firm) WITH f, 3 AS n WITH f, CASE WHEN n = 0 THEN null ELSE 4 / n END AS x" + END,
        "MATCH (f:Survey) WITH f, f.date + duration({days: coalesce(f.expires_after, 365)}) AS until" + END,
        "MATCH (f:Survey) WITH f, CASE WHEN f.expires_after IS NULL THEN null"
        " ELSE f.date + duration({days: f.expires_after}) END AS until" + END,
    ],
    "order": [
        "MATCH (f:Firm) RETURN f.city AS city, f.id AS firm_id ORDER BY toUpper(city), firm_id DESC LIMIT 5",
        "CALL () { MATCH (f:Firm) RETURN f.id AS id UNION MATCH (l:Lab) RETURN l.id AS id }"
        " RETURN id AS id ORDER BY id",
    ],
    "python": ["MATCH (f:Firm) WHERE f.name CONTAINS 'apoc.'" + END],
    "trail": [
        "MATCH (:Place {id: $region})-[:PART_OF*0..9]->(up:Place)"
        " MATCH (up)<-[:PART_OF*0..9]-(:Place)<-[:LOCATED_IN]-(f:Firm)" + END,
    ],
}  # fmt: skip


def broken(cypher: str) -> set[str]:
    return {f.rule for f in lint(cypher, load_ontology())}


def test_every_rule_has_examples_and_a_reason() -> None:
    assert [r.id for r in RULES] == list(BAD) == list(GOOD)
    assert all(r.reason for r in RULES)


@pytest.mark.parametrize(("rule", "cypher"), [(r, c) for r, cs in BAD.items() for c in cs])
def test_rule_catches(rule: str, cypher: str) -> None:
    assert rule in broken(cypher)


@pytest.mark.parametrize(("rule", "cypher"), [(r, c) for r, cs in GOOD.items() for c in cs])
def test_rule_leaves_right_statements_alone(rule: str, cypher: str) -> None:
    assert not broken(cypher)


def test_a_rule_is_lifted_only_with_a_reason_and_need() -> None:
    any_node = "MATCH (f) WHERE f.city = 'x'" + END
    assert broken(any_node) == {"label"}
    assert not broken("// allow label: cities of all classes\n" + any_node)
    assert broken("// allow label:\n" + any_node) == {"allow", "label"}
    assert broken("// allow read-only: for once\n" + "MATCH (f:Firm) DELETE f") >= {"allow", "read-only"}
    assert broken("// allow label: no need\n" + "MATCH (f:Firm)" + END) == {"allow"}


def test_declared_columns_are_the_returned_ones() -> None:
    found = lint("MATCH (f:Firm)" + END, load_ontology(), ("firm_id", "firm"))
    assert [f.rule for f in found] == ["plain-columns"]
    assert "declared firm_id, firm" in str(found[0])


@pytest.mark.parametrize("name", sorted(packs()))
def test_shipped_pack_is_clean(name: str) -> None:
    pack = packs()[name]
    assert [str(f) for f in lint(pack.cypher, load_ontology(), pack.columns)] == []


@pytest.mark.parametrize(
    "cypher",
    [
        *BAD["read-only"],
        "MATCH (n) RETURN n; MATCH (m) RETURN m",
        "match (n) set n.x = 1",
        "CALL apoc.create.node([], {})",
    ],
)
def test_a_statement_that_may_write_is_refused(cypher: str) -> None:
    with pytest.raises(UsageError, match="refused"):
        require_reading(cypher)


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n) WHERE n.set = 1 AND n.name = 'DROP it; now' RETURN n.create;",
        "MATCH (n) // MERGE\nRETURN {set: 1} AS m",
    ],
)
def test_a_reading_statement_passes(cypher: str) -> None:
    require_reading(cypher)
