"""Cells that a spreadsheet would take for formulas, made harmless and made again what they were."""

from __future__ import annotations

# The apostrophe itself is among them, so that `unguard` can tell what `guard` added.
_STARTS = tuple("=+-@\t\r\n'＝＋－＠")


def guard(text: str) -> str:
    """A cell that no spreadsheet reads as a formula: one that begins like it gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_STARTS) else text


def unguard(text: str) -> str:
    """The inverse of `guard`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS) else text
