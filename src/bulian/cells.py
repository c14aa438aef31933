"""Text from the data, made harmless for terminals and spreadsheets."""

from __future__ import annotations

import re

from bulian.loaders.formula import guard

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0, C1: terminal escapes; not legal in a sheet
    "\u2028\u2029\u202a-\u202e\u2066-\u2069"  # line separators, direction overrides
    "\ud800-\udfff\ufffe\uffff]"  # lone surrogates, no characters
)


def clean(text: str) -> str:
    """Text without what could act on a terminal or break a sheet: control characters, direction marks."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def inert(text: str) -> str:
    """Clean text that no spreadsheet takes for a formula; loading the cell again gives the same text."""
    return guard(clean(text))
