"""Which place a text means, and the deepest place that several texts agree on. Never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bulian.loaders.transform import name_key

_DEPTH = 20  # far above any real tree of places; ends the walk on a cyclic one
_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|地区|省|市|区|县|盟|旗|州)\Z"
)
_NOTE = re.compile(r"\([^()]*\)\Z")  # 蟠龙高新区(宝鸡)
# Fields from wide to narrow, with the levels a text of the field means when a name has several.
_FIELDS = ("province", "city", "district", "place")
_LEVELS = {
    "province": ("province", "country", "region"),
    "city": ("city", "province", "new_area", "county"),
    "district": ("district", "county", "new_area", "new_town", "park", "town", "city"),
}


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """A place as the index needs it. Ids are graph ids."""

    id: str
    name: str
    level: str = ""
    parent: str | None = None
    other_names: tuple[str, ...] = ()
    adcode: str = ""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A text that did not say where: `reason` is unknown, ambiguous or disagrees; `candidates` graph ids."""

    field: str
    value: str
    reason: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Located:
    """The deepest place agreed on (None: nowhere), what did not help, and the place of each field."""

    place: str | None
    unresolved: tuple[Unresolved, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)


class PlaceIndex:
    """Places by everything they are called. A later record with a known id replaces the earlier one."""

    def __init__(self, records: Iterable[PlaceRecord]) -> None:
        self.records = {r.id: r for r in records}
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._stems: dict[str, list[str]] = defaultdict(list)
        for record in self.records.values():
            self._add(self._ids, record.id, record)
            self._add(self._ids, record.id.partition(":")[2], record)
            if record.adcode:
                self._add(self._ids, record.adcode, record)
            for name in (record.name, *record.other_names):
                key = name_key(name)
                self._add(self._names, key, record)
                self._add(self._stems, _NOTE.sub("", key), record)
                self._add(self._stems, stem(name), record)
        self._known = frozenset(self._names)

    @staticmethod
    def _add(table: dict[str, list[str]], key: str, record: PlaceRecord) -> None:
        if key and record.id not in table[key]:
            table[key].append(record.id)

    def around(self, place: str) -> list[str]:
        """The place, then what encloses it, nearest first."""
        chain = [place]
        while len(chain) < _DEPTH:
            record = self.records.get(chain[-1])
            parent = record.parent if record else None
            if parent is None or parent in chain or parent not in self.records:
                break
            chain.append(parent)
        return chain

    def level_above(self, place: str, levels: Sequence[str]) -> str | None:
        """The nearest enclosing place (or itself) of one of these levels."""
        return next((p for p in self.around(place) if self.records[p].level in levels), None)

    def city_of(self, place: str) -> str | None:
        """The city that a place lies in; a municipality counts as one. None above city level."""
        found = self.level_above(place, ("city",))
        if found is not None:
            return found
        province = self.level_above(place, ("province",))
        return province if province and self.records[province].name.endswith("市") else None

    # --- one text ---

    def find(self, text: str, within: Sequence[str] = ()) -> list[str]:
        """Places that a text may mean: by id, else by name, else by name under a place of `within`
        (高新区 in 西安市 is 西安高新区), else without 省, 市, 区, 县 …"""
        if found := self._ids.get(text.strip().lower()):
            return list(found)
        key = name_key(text)
        if found := self._names.get(key):
            return list(found)
        for place in within:
            for outer in self.around(place):
                if found := self._names.get(stem(self.records[outer].name) + key):
                    return list(found)
        return list(self._stems.get(key) or self._stems.get(stem(text)) or ())

    def split(self, text: str) -> list[str]:
        """Place names written together (陕西省西安市雁塔区) one by one, then what is left."""
        key = name_key(text)
        parts: list[str] = []
        while key:
            length = next((n for n in range(len(key), 1, -1) if key[:n] in self._known), 0)
            if not length:
                break
            parts.append(key[:length])
            key = key[length:]
        return [*parts, key] if parts and key else parts

    # --- several texts ---

    def locate(self, texts: dict[str, str]) -> Located:
        """The deepest place that the texts (fields province, city, district, place) agree on.

        Texts are taken from wide to narrow. What cannot be resolved has no say, except that below an
        unresolved city, or province without a city, a name is not trusted: a same-named place elsewhere may
        be meant. Texts that contradict each other agree on the place that encloses both.
        """
        state = _State(self)
        lost_city = False
        for name in (f for f in _FIELDS if texts.get(f)):
            text = texts[name]
            narrow = name in ("district", "place")
            if narrow and lost_city and text.strip().lower() not in self._ids:
                state.unresolved.append(Unresolved(name, text, "unknown"))
                continue
            resolved = state.take(name, text)
            if not resolved and (name == "city" or (name == "province" and not texts.get("city"))):
                lost_city = True
        return state.result()


class _State:
    """Candidates so far while texts are taken one after the other."""

    def __init__(self, index: PlaceIndex) -> None:
        self.index = index
        self.places: list[str] = []  # what all texts up to now may mean together
        self.certain: str | None = None  # the last single answer
        self.unresolved: list[Unresolved] = []
        self.fields: dict[str, str] = {}
        self.pending: Unresolved | None = None  # ambiguous so far, a narrower text may settle it

    def take(self, field_name: str, text: str) -> bool:
        candidates = self.index.find(text, self.places)
        if not candidates:
            return self._take_parts(field_name, text)
        return self._merge(field_name, text, candidates)

    def _take_parts(self, field_name: str, text: str) -> bool:
        """Names written together, all of them known: what only begins like a place may lie anywhere."""
        before = self.places, self.certain, self.pending, list(self.unresolved), dict(self.fields)
        took = False
        for part in self.index.split(text):
            found = self.index.find(part, self.places)
            if not found:
                took = False
                self.places, self.certain, self.pending, self.unresolved, self.fields = before
                break
            if not self._merge(field_name, text, found):
                return took
            took = True
        if not took:
            self.unresolved.append(Unresolved(field_name, text, "unknown"))
        return took

    def _merge(self, field_name: str, text: str, candidates: list[str]) -> bool:
        if not self.places:
            merged = candidates
        else:
            merged = list(
                dict.fromkeys(d for s in self.places for c in candidates if (d := self._deeper(s, c)))
            )
        if not merged:
            return self._contradict(field_name, text, candidates)
        merged = self._preferred(field_name, merged)
        self.places = merged
        if len(merged) == 1:
            self.certain, self.pending = merged[0], None
            chain = self.index.around(merged[0])
            own = [c for c in candidates if c in chain]
            if len(own) == 1:
                self.fields[field_name] = own[0]
            return True
        self.pending = Unresolved(field_name, text, "ambiguous", tuple(merged[:5]))
        return True

    def _deeper(self, a: str, b: str) -> str | None:
        """The deeper of two places when one encloses the other."""
        if b in self.index.around(a):
            return a
        return b if a in self.index.around(b) else None

    def _preferred(self, field_name: str, places: list[str]) -> list[str]:
        """吉林 as a province is 吉林省, as a city 吉林市."""
        levels = _LEVELS.get(field_name, ())
        for level in levels if len(places) > 1 else ():
            if found := [p for p in places if self.index.records[p].level == level]:
                return found
        return places

    def _contradict(self, field_name: str, text: str, candidates: list[str]) -> bool:
        """Two places side by side agree on what encloses both. Of one name, that of the city is meant."""
        if len(candidates) > 1 and len(self.places) == 1 and (city := self.index.city_of(self.places[0])):
            candidates = [c for c in candidates if city in self.index.around(c)] or candidates
        if len(candidates) > 1 or len(self.places) > 1:
            self.unresolved.append(Unresolved(field_name, text, "unknown", tuple(candidates[:5])))
            return False
        self.unresolved.append(Unresolved(field_name, text, "disagrees", (candidates[0],)))
        self.fields[field_name] = candidates[0]
        outer = set(self.index.around(candidates[0]))
        common = next((p for p in self.index.around(self.places[0]) if p in outer), None)
        self.places = [common] if common else []
        self.certain = common
        return True

    def result(self) -> Located:
        if self.pending is not None:
            self.unresolved.append(self.pending)
        return Located(self.certain, tuple(self.unresolved), self.fields)


def stem(name: str) -> str:
    """A place name as compared without 省, 市, 区, 县 …; short names keep theirs (新城 stays, not 新)."""
    key = _NOTE.sub("", name_key(unicodedata.normalize("NFKC", name)))
    short = _SUFFIX.sub("", key)
    return short if len(short) > 1 else key
