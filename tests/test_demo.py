"""`bulian demo`: the first thing that anybody runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bulian.cli import run
from bulian.graph import open_store


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert run(["demo", "--dir", str(folder)]) == 0
    return folder


def test_it_writes_graph_page_and_report(demo: Path) -> None:
    assert (demo / "graph.kgl").stat().st_size > 0
    assert "data-ready" in (demo / "explorer.html").read_text("utf-8")
    (report,) = (demo / "reports").iterdir()
    assert {p.name for p in report.iterdir()} == {"report.html", "report.xlsx", "findings.json"}


def test_the_report_names_local_firms_that_nobody_has_placed_in_a_link(demo: Path) -> None:
    (report,) = (demo / "reports").iterdir()
    text = (report / "report.html").read_text("utf-8")
    assert "还没有归入任何环节的本地企业" in text
    assert "待核实，区内有企业的产品提到该环节：陕西氢易能源科技有限公司" in text


def test_it_prints_the_three_clusters_and_where_things_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    assert run(["demo", "--dir", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    for town in ("泾河新城", "秦汉新城", "沣西新城"):
        assert town in out
    assert len(re.findall("最要紧的 10 个缺口", out)) == 3
    assert str(tmp_path / "explorer.html") in out.replace("\n", "")
    assert "缺失" in out
    assert "未摸底" in out


def test_every_gap_carries_evidence_an_action_and_a_reason(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["gaps", "--graph", f"kglite:{demo / 'graph.kgl'}", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {r["chain"] for r in rows} == {"氢能", "智能网联汽车", "无人机"}
    for r in rows:
        assert r["evidence"] == "not_surveyed"
        assert r["action"] == r["actions"][0]["action"]
        assert all(a["evidence"] for a in r["actions"])
        assert "未摸底" in r["reason"]
        assert 0 <= r["priority"] <= 1


def test_a_second_demo_in_the_same_folder_changes_nothing(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (demo / "graph.kgl").read_bytes()
    assert run(["demo", "--dir", str(demo)]) == 0
    assert (demo / "graph.kgl").read_bytes() == before
    latest = max((demo / "reports").iterdir(), key=lambda p: p.name)
    assert "无变化" in (latest / "report.html").read_text("utf-8")


def test_names_people_use_lead_to_the_chain(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for name in ("氢能", "hydrogen", "qingneng", "chain:hydrogen"):
        assert (
            run(["gaps", "--graph", f"kglite:{demo / 'graph.kgl'}", "--chain", name, "--format", "csv"]) == 0
        )
        answers.append(capsys.readouterr().out)
    assert len(set(answers)) == 1


def test_known_local_firms_are_counted(demo: Path) -> None:
    """Two facts that a person can check in organizations.csv."""
    from bulian.queries.gaps import assess

    with open_store(f"kglite:{demo / 'graph.kgl'}") as store:
        found = {g.link_id: g for g in assess(store, "place:xixian-new-area", ["chain:hydrogen"]).gaps}
    stack = found["chain-link:h2-stack"]
    assert {m.id for m in stack.local} == {"firm:xuqing-shidai", "firm:xuqiangrui"}
    assert [h.firm.id for h in found["chain-link:h2-lohc"].hints] == ["firm:hydrogen-yi"]
