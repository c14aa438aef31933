"""The competency questions: what the graph must be able to answer, and by which query packs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from bulian.ontology.model import Text


@dataclass(frozen=True, slots=True)
class Question:
    text: Text
    packs: tuple[str, ...]


def questions() -> tuple[Question, ...]:
    """All of questions.toml, in order."""
    content = files("bulian.ontology").joinpath("questions.toml").read_text(encoding="utf-8")
    return tuple(
        Question(Text(q["zh"], q["en"]), tuple(q["packs"])) for q in tomllib.loads(content)["question"]
    )
