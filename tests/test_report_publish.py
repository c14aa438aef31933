"""A report is a whole folder or none; which earlier report it is compared with."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from report_graph import NOW, assessed, published, report, small_store

from bulian.errors import UsageError
from bulian.graph.store import Store
from bulian.viz import publish
from bulian.viz.report import ReportData, build_report


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with small_store(tmp_path_factory.mktemp("publish")) as store:
        yield store


@pytest.fixture(scope="module")
def data(store: Store) -> ReportData:
    return report(store)


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_one_folder_with_what_was_asked_for(data: ReportData, tmp_path: Path) -> None:
    out = tmp_path / "new" / "reports"
    folder = publish.publish(data, out, ["md", "html", "xlsx"], NOW)
    assert folder == out / "2026-11-24T153000"
    assert names(folder) == ["findings.json", "report.html", "report.md", "report.xlsx"]
    assert names(out) == ["2026-11-24T153000"]
    found = json.loads((folder / "findings.json").read_text("utf-8"))
    assert found["generated_at"] == "2026-11-24T15:30:00"
    assert "2026-11-24 15:30" in (folder / "report.html").read_text("utf-8")
    assert folder.stat().st_mode & 0o555 == 0o555  # others may read it


def test_findings_alone_when_no_format_is_asked(data: ReportData, tmp_path: Path) -> None:
    assert names(publish.publish(data, tmp_path, [], NOW)) == ["findings.json"]


@pytest.mark.parametrize("broken", ["write_xlsx", "rename", "findings"])
def test_a_failure_midway_leaves_nothing(
    broken: str, data: ReportData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = publish.publish(data, tmp_path, ["html"], NOW - timedelta(days=1))

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    target = {
        "write_xlsx": "bulian.viz.report_xlsx.write_xlsx",
        "rename": "pathlib.Path.rename",
        "findings": "bulian.viz.publish.findings_json",
    }[broken]
    monkeypatch.setattr(target, fail)
    with pytest.raises(RuntimeError):
        publish.publish(data, tmp_path, ["html", "xlsx"], NOW)
    assert names(tmp_path) == [earlier.name]


def test_a_full_disk_is_a_message_and_leaves_nothing(
    data: ReportData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bulian.viz.publish._sync", full)
    with pytest.raises(UsageError, match="No space left"):
        publish.publish(data, tmp_path, ["html"], NOW)
    assert names(tmp_path) == []


def test_a_file_where_the_folder_should_be_is_a_message(data: ReportData, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(UsageError, match="cannot write the report"):
        publish.publish(data, tmp_path / "out", ["html"], NOW)


def test_runs_of_one_second_do_not_overwrite_each_other(data: ReportData, tmp_path: Path) -> None:
    made = [publish.publish(data, tmp_path, [], NOW).name for _ in range(11)]
    assert made[0] == "2026-11-24T153000"
    assert made[10] == "2026-11-24T153000-11"
    assert [f.name for f in publish.reports(tmp_path)] == made  # -11 after -9


def test_what_a_killed_run_left_is_swept_and_a_running_one_let_alone(
    data: ReportData, tmp_path: Path
) -> None:
    old, young = tmp_path / ".unfinished-old", tmp_path / ".unfinished-young"
    old.mkdir()
    young.mkdir()
    long_ago = time.time() - 3 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    publish.publish(data, tmp_path, [], NOW)
    assert names(tmp_path) == [".unfinished-young", "2026-11-24T153000"]
    assert [f.name for f in publish.reports(tmp_path)] == ["2026-11-24T153000"]


@pytest.mark.parametrize("fmt", ["docx", "pdf", "HTML", ""])
def test_an_unknown_format_names_the_known_ones(fmt: str, data: ReportData, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        publish.publish(data, tmp_path / "out", ["html", fmt], NOW)
    assert "html, xlsx, md" in error.value.hint
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- which report to compare with


def made(data: ReportData, out: Path, *days: int) -> list[str]:
    return [publish.publish(data, out, [], datetime(2026, 11, day, 9)).name for day in days]


def test_the_last_report_is_the_one_to_compare_with(store: Store, data: ReportData, tmp_path: Path) -> None:
    assert publish.previous(tmp_path, assessed(store)) is None
    made(data, tmp_path, 20, 24, 10)
    (tmp_path / "notes").mkdir()
    (tmp_path / "2026-12-31T000000").mkdir()  # no findings: not a report
    assert publish.previous(tmp_path, assessed(store)) == tmp_path / "2026-11-24T090000"


@pytest.mark.parametrize(("since", "day"), [(22, 20), (20, 20), (24, 24), (30, 24), (1, 10)])
def test_since_chooses_the_last_report_up_to_that_day(
    since: int, day: int, store: Store, data: ReportData, tmp_path: Path
) -> None:
    made(data, tmp_path, 10, 20, 24)
    chosen = publish.previous(tmp_path, assessed(store), date(2026, 11, since))
    assert chosen == tmp_path / f"2026-11-{day}T090000"


def test_since_without_any_report_is_a_usage_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no report"):
        publish.previous(tmp_path, assessed(store), date(2026, 11, 1))


def test_reports_on_other_chains_in_the_folder_are_passed_over(store: Store, tmp_path: Path) -> None:
    hydrogen = report(store, chain_ids=["chain:hydrogen"])
    drone = report(store, chain_ids=["chain:drone"])
    publish.publish(hydrogen, tmp_path, [], NOW)
    publish.publish(drone, tmp_path, [], NOW + timedelta(days=1))
    found = assessed(store, chain_ids=["chain:hydrogen"])
    assert publish.previous(tmp_path, found) == tmp_path / "2026-11-24T153000"


def test_a_folder_of_other_reports_only_is_said(store: Store, tmp_path: Path) -> None:
    publish.publish(report(store, chain_ids=["chain:drone"]), tmp_path, [], NOW)
    found = assessed(store, chain_ids=["chain:hydrogen"])
    earlier = publish.previous(tmp_path, found)
    assert earlier is not None
    assert build_report(store, store.ontology, found, since=earlier).changes.other_scope


def test_a_broken_report_is_passed_over_with_a_warning(
    store: Store, data: ReportData, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made(data, tmp_path, 20, 24)
    (tmp_path / "2026-11-24T090000" / "findings.json").write_text('{"format": "bulian-findings/1", "fin')
    folder = published(store, tmp_path)
    assert "2026-11-24T090000" in caplog.text
    assert (
        json.loads((folder / "findings.json").read_text("utf-8"))["changes"]["compared_with"]
        == "2026-11-20T090000"
    )


@pytest.mark.parametrize("content", ["", "[]", '{"format": "other/9"}', "\xff"])
def test_findings_that_cannot_be_read_are_a_usage_error(content: str, store: Store, tmp_path: Path) -> None:
    (tmp_path / "findings.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(UsageError, match=r"findings\.json") as error:
        build_report(store, store.ontology, assessed(store), since=tmp_path)
    assert "--since" in error.value.hint
