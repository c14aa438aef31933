"""What the documents promise is there, and what is there is documented."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import typer
import yaml

from bulian.cli import app

ROOT = Path(__file__).parent.parent


def _commands() -> dict[str, typer.main.TyperCommand]:
    group = typer.main.get_command(app)
    found = {}
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"{name} {n}": c for n, c in inner.items()} if inner else {name: command}
    return found


def test_every_command_and_option_has_help() -> None:
    for name, command in _commands().items():
        assert command.help, name
        bare = [
            p.name
            for p in command.params
            if getattr(p, "help", None) is None and p.param_type_name == "option"
        ]
        assert bare == [], (name, bare)


def test_every_command_is_in_the_readme_or_its_page() -> None:
    text = "\n".join(p.read_text("utf-8") for p in [ROOT / "README.md", *ROOT.glob("docs/*.md")])
    missing = [name for name in _commands() if f"bulian {name}" not in text]
    assert missing == []


def test_commands_that_the_documents_show_exist() -> None:
    known = {name.split()[0] for name in _commands()}
    for page in [
        ROOT / "README.md",
        ROOT / "README.zh.md",
        ROOT / "CONTRIBUTING.md",
        *ROOT.glob("docs/*.md"),
    ]:
        shown = set(re.findall(r"(?:^|`|&& )bulian ([a-z]+)\b", page.read_text("utf-8"), re.M))
        assert shown <= known, (page.name, shown - known)


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), (page.name, target)


def test_make_targets_of_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        shown = set(re.findall(r"(?:^|`)make ([a-z]+)\b", page.read_text("utf-8"), re.M))
        assert shown <= targets, (page.name, shown - targets)


def test_the_compose_file_has_no_default_password_and_binds_to_loopback() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    services = yaml.safe_load(text)["services"]
    for name, service in services.items():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), name
    used = re.findall(r"\$\{NEO4J_PASSWORD([^}]*)\}", text)
    assert used
    assert all(u.startswith(":?") for u in used)


def test_the_version_stands_in_the_changelog() -> None:
    from bulian import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "bulian"
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
