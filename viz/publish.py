"""A report becomes a folder, at once or not at all; the last folder is what the next report compares with."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bulian.errors import UsageError
from bulian.viz.report_findings import findings_json, read_findings

if TYPE_CHECKING:
    from bulian.graph.store import Store
    from bulian.ontology.model import Ontology
    from bulian.queries.findings import Assessment
    from bulian.viz.report import ReportData

log = logging.getLogger("bulian.viz")

FORMATS = ("html", "xlsx", "md")
_RUN = re.compile(r"\d{4}-\d\d-\d\dT\d{6}(?:-(\d+))?")  # -2, -3 …: runs of one second
_UNFINISHED = ".unfinished-"
_ABANDONED = 24 * 3600  # seconds after which an unfinished folder is nobody's any more


def publish_report(
    store: Store,
    ontology: Ontology,
    assessment: Assessment,
    out_dir: Path,
    *,
    formats: Sequence[str] = ("html", "xlsx"),
    lang: str = "zh",
    since: date | None = None,
    now: datetime | None = None,
) -> Path:
    """Build the report of an assessment, compare it with the last one in `out_dir`, publish it there."""
    from bulian.viz.report import build_report

    check_formats(formats)
    earlier = previous(out_dir, assessment, since)
    data = build_report(store, ontology, assessment, lang=lang, since=earlier)
    return publish(data, out_dir, formats, now or datetime.now())


def publish(data: ReportData, out_dir: Path, formats: Sequence[str], now: datetime) -> Path:
    """Write the report into a new folder `<date>T<time>` of `out_dir`; findings.json is always in it.

    Everything is written aside first and appears by one rename. Raises UsageError for an unknown format and
    for a folder that cannot be written.
    """
    data = replace(data, generated_at=now)
    writers = [(name, _writer(data, fmt)) for fmt, name in check_formats(formats).items()]
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        _sweep(out_dir)
        aside = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=out_dir))
        try:
            for name, write in writers:
                write(aside / name)
                _sync(aside / name)
            aside.chmod(0o755)  # mkdtemp makes it private
            return _appear(aside, out_dir, now)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as bad:
        raise UsageError(f"cannot write the report to {out_dir}: {bad.strerror or bad}") from None


def check_formats(formats: Sequence[str]) -> dict[str, str]:
    """Format -> file name, findings.json last. Raises UsageError for one that is not written."""
    for fmt in formats:
        if fmt not in FORMATS:
            raise UsageError(f"report format not supported: {fmt}", f"supported: {', '.join(FORMATS)}")
    names = {fmt: f"report.{fmt}" for fmt in FORMATS if fmt in formats}
    return {**names, "json": "findings.json"}


def previous(out_dir: Path, assessment: Assessment, since: date | None = None) -> Path | None:
    """The report to compare with: the last one about this region and one of these chains at least.

    With `since`, the last one up to that day, else the first one after it. When all are about something
    else, the last one of any kind; None when there is no report. UsageError when `since` asks for one and
    there is none.
    """
    found = reports(out_dir)
    if since is not None and not found:
        raise UsageError(f"no report in {out_dir} to compare with since {since}", "leave --since away")
    early = [f for f in found if since is None or f.name[:10] <= since.isoformat()]
    order = [*reversed(early), *found[len(early) :]]
    readable = []
    for folder in order:
        try:
            old = read_findings(folder)
        except UsageError as bad:
            log.warning("%s; comparing with another report", bad.message)
            continue
        if old["region_id"] == assessment.region_id and any(
            c["id"] in assessment.chains for c in old["chains"]
        ):
            return folder
        readable.append(folder)
    return readable[0] if readable else None


def reports(out_dir: Path) -> list[Path]:
    """The published reports of a folder, oldest first. Other files and folders there are let alone."""
    if not out_dir.is_dir():
        return []
    folders = (f for f in out_dir.iterdir() if _RUN.fullmatch(f.name) and (f / "findings.json").is_file())
    return sorted(folders, key=_order)


def _order(folder: Path) -> tuple[str, int]:
    match = _RUN.fullmatch(folder.name)
    return (folder.name[:17], int(match[1]) if match and match[1] else 1)


def _writer(data: ReportData, fmt: str) -> Callable[[Path], None]:
    def text(content: str) -> Callable[[Path], None]:
        return lambda file: _write(file, content)

    if fmt == "xlsx":
        from bulian.viz.report_xlsx import write_xlsx

        return lambda file: write_xlsx(data, file)
    if fmt == "json":
        return text(json.dumps(findings_json(data), ensure_ascii=False, indent=1) + "\n")
    from bulian.viz import report_render

    render = report_render.render_html if fmt == "html" else report_render.render_markdown
    return text(render(data))


def _write(file: Path, content: str) -> None:
    file.write_bytes(content.encode("utf-8", errors="replace"))


def _sync(path: Path) -> None:
    """Bytes on the disk before the name appears, so that a power cut leaves no hollow report."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _appear(aside: Path, out_dir: Path, now: datetime) -> Path:
    """Give the finished folder its name; a second run of the same second gets -2, and so on."""
    stamp, n = now.strftime("%Y-%m-%dT%H%M%S"), 1
    while True:
        target = out_dir / (stamp if n == 1 else f"{stamp}-{n}")
        if not target.exists():  # a rename would take over an empty folder
            try:
                return aside.rename(target)
            except OSError:
                if not target.exists():
                    raise
        n += 1


def _sweep(out_dir: Path) -> None:
    """Remove what a killed run left behind."""
    for folder in out_dir.glob(f"{_UNFINISHED}*"):
        if time.time() - folder.stat().st_mtime > _ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)
