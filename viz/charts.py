"""Small inline SVG charts, legible without colour: every part carries its own pattern and its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

PATTERNS = ("solid", "hatch", "dots", "outline")  # by position: neighbours differ in black and white too
BAR, GAP, LEGEND = 24, 14, 30  # heights in CSS pixels
LABEL_MOST, TOTAL = 230, 44  # room left of the bars at most, and right of them
WIDE, THIN = 13.2, 7.4  # widths of a full-width and of another character
NARROW = 16  # a part below this width carries no number


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar: code, label and colour (#RRGGBB)."""

    code: str
    label: str
    colour: str


def stacked_bars(
    rows: Sequence[tuple[str, Mapping[str, int]]], series: Sequence[Series], *, title: str, width: int = 680
) -> str:
    """Horizontal bars on one common scale, one a row (label, count by code), with a legend below.

    `width` in CSS pixels. Text stays text: it prints sharp and can be searched.
    """
    most = max((sum(counts.values()) for _, counts in rows), default=0)
    left = min(max((_width(label) for label, _ in rows), default=0), LABEL_MOST) + 14
    scale = (width - left - TOTAL) / max(most, 1)
    height = len(rows) * (BAR + GAP) + LEGEND
    bars = "".join(_bar(i, label, counts, series, left, scale) for i, (label, counts) in enumerate(rows))
    patterns = "".join(_pattern(s, PATTERNS[i % len(PATTERNS)]) for i, s in enumerate(series))
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title><defs>{patterns}</defs>{bars}"
        f"{_legend(series, left, height - 16)}</svg>"
    )


def _bar(
    row: int, label: str, counts: Mapping[str, int], series: Sequence[Series], left: float, scale: float
) -> str:
    y, x = row * (BAR + GAP) + 2, left
    middle = y + BAR / 2 + 4.5
    text = escape(_short(label))
    parts = [f'<text x="{left - 10:.1f}" y="{middle}" text-anchor="end">{text}</text>']
    for s in series:
        n = counts.get(s.code, 0)
        if not n:
            continue
        w = n * scale
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{w:.1f}" height="{BAR}" fill="url(#p-{s.code})" '
            f'stroke="{s.colour}"><title>{escape(s.label)} {n}</title></rect>'
        )
        if w >= NARROW:
            parts.append(
                f'<text class="count" x="{x + w / 2:.1f}" y="{middle}" text-anchor="middle">{n}</text>'
            )
        x += w
    parts.append(f'<text class="total" x="{x + 8:.1f}" y="{middle}">{sum(counts.values())}</text>')
    return "".join(parts)


def _pattern(s: Series, kind: str) -> str:
    """A tile of 8 pixels: filled, or the colour thinned out more and more."""
    ground = s.colour if kind == "solid" else "#fff"
    dots = "".join(f'<circle cx="{at}" cy="{at}" r="1.3" fill="{s.colour}"/>' for at in (2, 6))
    ink = {
        "solid": "",
        "hatch": f'<path d="M-2 10L10 -2M-2 2L2 -2M6 10L10 6" stroke="{s.colour}" stroke-width="2.6"/>',
        "dots": dots,
        "outline": "",
    }[kind]
    return (
        f'<pattern id="p-{s.code}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{ground}"/>{ink}</pattern>'
    )


def _legend(series: Sequence[Series], left: float, y: int) -> str:
    parts, x = [], left
    for s in series:
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="18" height="12" fill="url(#p-{s.code})" stroke="{s.colour}"/>'
            f'<text x="{x + 24:.1f}" y="{y + 10.5}">{escape(s.label)}</text>'
        )
        x += 44 + _width(s.label)
    return "".join(parts)


def _width(text: str) -> float:
    return sum(WIDE if ord(ch) > 0x2E7F else THIN for ch in text)


def _short(label: str) -> str:
    """A label that fits left of the bars."""
    if _width(label) <= LABEL_MOST:
        return label
    while label and _width(label) > LABEL_MOST - WIDE:
        label = label[:-1]
    return label + "…"
