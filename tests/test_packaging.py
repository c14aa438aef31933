"""What is installed is what is in the repository."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("graph", "ontology", "loaders", "queries", "viz")
INSTALLED = {".py", ".ttl", ".toml", ".csv", ".md", ".cypher", ".html", ".css", ".js", ".txt", ".typed"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names in a wheel built from a copy of what git knows, so that stray files prove nothing."""
    copy, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in _tracked():
        source = ROOT / name
        if source.is_symlink() or not source.is_file():
            continue
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(source.read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (file,) = out.glob("*.whl")
    return set(zipfile.ZipFile(file).namelist())


def _tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [n for n in done.stdout.split("\0") if n]


def test_every_file_of_the_five_folders_is_in_the_wheel(wheel: set[str]) -> None:
    wanted = {f"bulian/{n}" for n in _tracked() if n.split("/")[0] in FOLDERS and Path(n).suffix in INSTALLED}
    assert len(wanted) > 100
    assert wanted - wheel == set()


def test_no_file_of_the_folders_has_an_ending_that_the_build_does_not_know() -> None:
    unknown = [n for n in _tracked() if n.split("/")[0] in FOLDERS and Path(n).suffix not in INSTALLED]
    assert unknown == []


def test_the_folders_are_flat_packages() -> None:
    modules = [n for n in _tracked() if n.split("/")[0] in FOLDERS and n.endswith(".py")]
    assert [n for n in modules if n.count("/") != 1] == []


def test_dependencies_point_one_way() -> None:
    """errors, settings <- ontology <- graph <- loaders <- queries <- viz <- the command line."""
    order = ["ontology", "graph", "loaders", "queries", "viz"]
    wrong = []
    for name in _tracked():
        folder = name.split("/")[0]
        if folder not in order or not name.endswith(".py"):
            continue
        text = (ROOT / name).read_text("utf-8")
        above = [f"bulian.{f}" for f in order[order.index(folder) + 1 :]]
        wrong += [f"{name} imports {a}" for a in above if f"from {a}" in text or f"import {a}" in text]
    assert wrong == []
