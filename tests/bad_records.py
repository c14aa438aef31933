"""For each shape of shapes.ttl, records that break it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from record_maker import DAY, Maker

from bulian.records import Edge, Node, Value

Case = tuple[list[Node], list[Edge], list[Node | Edge]]  # all records, and those that must be reported
Make = Callable[[Maker], Case]


def of_node(label: str, /, **props: Value) -> Make:
    def make(m: Maker) -> Case:
        node = m.node(label, **props)
        return [node], [], [node]

    return make


def of_edge(kind: str, start: str, end: str, /, **props: Value) -> Make:
    def make(m: Maker) -> Case:
        a, b = m.node(start, "x"), m.node(end, "y")
        edge = m.edge(kind, a, b, **props)
        return [a, b], [edge], [edge]

    return make


def circle(kind: str, label: str, size: int) -> Make:
    """A ring, a way into it and a way out of it; only the ring is wrong."""

    def make(m: Maker) -> Case:
        nodes = [m.node(label, str(i)) for i in range(size)]
        before, after = m.node(label, "before"), m.node(label, "after")
        ring = [m.edge(kind, nodes[i], nodes[(i + 1) % size]) for i in range(size)]
        good = [m.edge(kind, before, nodes[0]), m.edge(kind, nodes[1], after), m.edge(kind, before, after)]
        return [*nodes, before, after], [*ring, *good], list(ring)

    return make


def loop(kind: str, label: str) -> Make:
    def make(m: Maker) -> Case:
        node = m.node(label)
        edge = m.edge(kind, node, node)
        return [node], [edge], [edge]

    return make


def parent_in_other_chain(m: Maker) -> Case:
    one, other = m.node("ChainLink", "a"), m.node("ChainLink", "b", chain_id="chain:other")
    edge = m.edge("BROADER", one, other)
    return [one, other], [edge], [edge]


def part_of_other_chain(m: Maker) -> Case:
    link, chain = m.node("ChainLink"), m.node("Chain")
    edge = m.edge("PART_OF", link, chain)
    return [link, chain], [edge], [edge]


def group(end: str) -> Make:
    def make(m: Maker) -> Case:
        a, b = (
            m.node("ChainLink", "a", is_group=end == "from"),
            m.node("ChainLink", "b", is_group=end == "to"),
        )
        edge = m.edge("FEEDS", a, b)
        return [a, b], [edge], [edge]

    return make


EARLY, LATE = date(1799, 12, 31), date(2101, 1, 1)
WRITTEN: list[tuple[str, Make]] = [
    ("node-name", of_node("Firm", name=None)),
    ("node-name", of_node("Source", name=" \u3000")),
    ("sourced-source", of_node("Firm", source_ids=[])),
    ("sourced-source", of_edge("SUPPLIES", "Firm", "Firm", source_ids=None)),
    ("sourced-source", of_node("Talent", source_ids=["https://a.cn"])),
    ("sourced-confidence", of_node("Product", confidence=None)),
    ("sourced-confidence", of_edge("FEEDS", "ChainLink", "ChainLink", confidence=None)),
    ("relationship-assertion", of_edge("LEADS", "Firm", "Chain", assertion=None)),
    ("place-level", of_node("Place", level=None)),
    ("chain-link-chain", of_node("ChainLink", chain_id=None)),
    ("chain-link-chain", of_node("ChainLink", chain_id="hydrogen")),
    ("chain-link-stage", of_node("ChainLink", stage=None)),
    ("chain-link-name", of_node("ChainLink", name="其他")),
    ("chain-link-name", of_node("ChainLink", name="平台")),
    ("chain-link-name", of_node("ChainLink", name="上游")),
    ("chain-link-name", of_node("ChainLink", name="配套")),
    ("chain-link-name-form", of_node("ChainLink", name="其他零部件")),
    ("chain-link-name-form", of_node("ChainLink", name="电堆及相关")),
    ("target-indicator", of_node("Target", indicator=None)),
    ("target-comparator", of_node("Target", comparator=None)),
    ("target-value", of_node("Target", value=None)),
    ("survey-region", of_node("Survey", region_id=None)),
    ("survey-region", of_node("Survey", region_id="xixian-new-area")),
    ("survey-link", of_node("Survey", link_id=None)),
    ("survey-date", of_node("Survey", date=None)),
    ("surveyed-region", of_edge("SURVEYED", "Survey", "ChainLink", region_id=None)),
    ("surveyed-date", of_edge("SURVEYED", "Survey", "ChainLink", date=None)),
    ("cooperation-kind", of_edge("COOPERATES_WITH", "Place", "Place", kind=None)),
    ("no-self-loop-from", loop("FEEDS", "ChainLink")),
    ("no-self-loop-from", loop("BROADER", "ChainLink")),
    ("no-self-loop-from", loop("PART_OF", "Place")),
    ("no-cycle-feeds", circle("FEEDS", "ChainLink", 3)),
    ("no-cycle-feeds", circle("FEEDS", "ChainLink", 2)),
    ("no-cycle-broader", circle("BROADER", "ChainLink", 2)),
    ("no-cycle-part-of", circle("PART_OF", "Place", 4)),
    ("one-chain", parent_in_other_chain),
    ("its-own-chain", part_of_other_chain),
    ("no-group-supply", group("from")),
    ("no-group-supply", group("to")),
    ("range-criticality", of_node("ChainLink", criticality=0)),
    ("range-criticality", of_node("ChainLink", criticality=6)),
    ("range-trl", of_node("Achievement", trl=10)),
    ("range-lon", of_node("Place", lon=180.5)),
    ("range-lat", of_node("Place", lat=-90.01)),
    ("range-area", of_node("Cluster", area=-1)),
    ("range-quantity", of_node("Demand", quantity=-0.5)),
    ("range-found", of_node("Survey", found=-1)),
    ("range-expires-after", of_node("Survey", expires_after=0)),
    ("range-as-of", of_edge("SUPPLIES", "Firm", "Firm", as_of=EARLY)),
    ("range-valid-from", of_edge("SUPPLIES", "Firm", "Firm", valid_from=EARLY)),
    ("range-valid-to", of_node("Policy", valid_to=LATE)),
    ("range-updated-at", of_node("Firm", updated_at=LATE)),
    ("range-date", of_node("Observation", date=EARLY)),
    ("range-published", of_node("Source", published=EARLY)),
    ("range-retrieved", of_node("Source", retrieved=LATE)),
    ("range-filed", of_node("Patent", filed=EARLY)),
    ("range-granted", of_node("Patent", granted=LATE)),
    ("range-started", of_node("Project", started=EARLY)),
    ("range-finished", of_node("Project", finished=LATE)),
    ("order-valid", of_node("Policy", valid_from=DAY, valid_to=date(2024, 4, 30))),
    ("order-valid", of_edge("SUPPLIES", "Firm", "Firm", valid_from=DAY, valid_to=date(2023, 1, 1))),
    ("order-project", of_node("Project", started=DAY, finished=date(2020, 1, 1))),
    ("order-value", of_node("Target", comparator="range", value=5, value_max=3)),
    ("form-founded", of_node("Firm", founded="二〇二四年")),
    ("form-founded", of_node("Firm", founded="2024-13")),
    ("form-adcode", of_node("Place", adcode="61011")),
    ("form-url", of_node("Source", url="www.example.cn")),
    ("form-credit-code", of_node("Firm", credit_code="91110000600037341")),
    ("form-credit-code", of_node("Firm", credit_code="91110000600037341l")),
    ("form-credit-code", of_node("Firm", credit_code="9111000060003734IL")),
    ("credit-code-check", of_node("Firm", credit_code="91110000600037341M")),
    ("credit-code-check", of_node("University", credit_code="91110000600073341L")),
]
