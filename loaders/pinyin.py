"""Names in pinyin, so that people can search without an input method."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CHINESE = re.compile("[\u4e00-\u9fff]")
_PLAIN = re.compile(r"[a-z0-9]+")
_LONGEST = 40  # characters; nobody types the initials of a whole sentence


def pinyin_forms(props: Mapping[str, object]) -> list[str]:
    """Full pinyin and initials of name, short name and aliases, in small letters without spaces."""
    aliases = props.get("aliases")
    names = [props.get("name"), props.get("short_name"), *(aliases if isinstance(aliases, list) else [])]
    forms: dict[str, None] = {}
    for name in names:
        if isinstance(name, str) and len(name) <= _LONGEST and _CHINESE.search(name):
            for form in _forms(name):
                forms.setdefault(form)
    return list(forms)


def _forms(name: str) -> list[str]:
    from pypinyin import lazy_pinyin

    syllables = [s for part in lazy_pinyin(name) for s in _PLAIN.findall(part.lower())]
    return [f for f in ("".join(syllables), "".join(s[0] for s in syllables)) if f]
