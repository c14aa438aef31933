"""Colours: seen on white, told apart, by people who see red and green alike too."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from bulian.ontology import load_ontology
from bulian.ontology.model import Ontology


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def _linear(colour: str) -> tuple[float, float, float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def _contrast_with_white(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _lab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    x, y, z = (
        sum(a * b for a, b in zip(row, rgb, strict=True))
        for row in ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    )
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.9505, y, z / 1.089)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


# Machado, Oliveira & Fernandes (2009), full severity, on linear RGB.
_SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
}


def _distance(one: str, other: str, sight: str) -> float:
    def seen(colour: str) -> tuple[float, float, float]:
        rgb = _linear(colour)
        return _lab(
            tuple(min(1.0, max(0.0, sum(a * b for a, b in zip(r, rgb, strict=True)))) for r in _SIGHT[sight])
        )

    return math.dist(seen(one), seen(other))


def test_colours_are_distinct_and_visible_on_white(ontology: Ontology) -> None:
    colours = [c.colour for c in ontology.classes.values()]
    assert len(set(colours)) == len(colours)
    concepts = [c.colour for s in ontology.schemes.values() for c in s.concepts.values() if c.colour]
    assert {
        c: round(_contrast_with_white(c), 2) for c in colours + concepts if _contrast_with_white(c) < 3
    } == {}


@pytest.mark.parametrize("sight", _SIGHT)
def test_classes_drawn_together_can_be_told_apart(ontology: Ontology, sight: str) -> None:
    """Those that meet on a chain map; 9 units of CIE Lab are plainly different side by side."""
    together = [
        "Chain", "ChainLink", "Product", "Firm", "University", "ResearchInstitute", "Lab", "PilotBase",
        "InnovationPlatform", "Fund", "Investor", "Park", "GovernmentBody", "Place", "Talent",
    ]  # fmt: skip
    for one, other in combinations(together, 2):
        gap = _distance(ontology.node_class(one).colour, ontology.node_class(other).colour, sight)
        assert gap > 9, (one, other, gap)
    statuses = list(ontology.scheme("gap-status").concepts.values())
    for a, b in combinations(statuses, 2):
        assert _distance(a.colour or "", b.colour or "", sight) > 9, (a.code, b.code)
