"""Where rows come from: the Source nodes of a dataset."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bulian.loaders.dataset import DatasetInfo
from bulian.loaders.statements import Claim
from bulian.loaders.transform import clean, parse_date
from bulian.records import Value

LABEL = "Source"
_SEVERAL = re.compile(r"\s*[;；]\s*(?=https?://)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ACTIVE = frozenset({"javascript", "data", "vbscript"})  # would run when somebody follows the link
_NAME_MAX = 300


@dataclass(slots=True)
class _Page:
    name: str
    url: str
    published: date | None = None
    published_text: str = ""


@dataclass
class SourceBook:
    """The sources of one dataset. `retrieved`: the day that stands for rows whose source has no date."""

    info: DatasetInfo
    retrieved: date
    pages: dict[str, _Page] = field(default_factory=dict)

    @property
    def own(self) -> str:
        """The dataset itself as a source."""
        return source_id("dataset", self.info.name)

    def cite(
        self, urls: str, title: str, day_text: str
    ) -> tuple[tuple[str, ...], date | None, list[tuple[str, str]]]:
        """Source ids of a row, its source's date when it gives one, and values that are not usable.

        A row that names no source has the dataset's default one, else the dataset itself.
        """
        rejected: list[tuple[str, str]] = []
        found = [u for u in (clean(part) for part in _SEVERAL.split(urls)) if u]
        for url in [u for u in found if _active(u)]:
            rejected.append(("source_url", url))
            found.remove(url)
        title = clean(title)
        if not found and not title:
            found, title = [u for u in [self.info.source_url] if u], self.info.source_title
        span = parse_date(day_text) if day_text else None
        if day_text and span is None:
            rejected.append(("source_date", day_text))
        if not found and not title:
            return (self.own,), span.start if span else None, rejected
        ids = tuple(self._page(url, title, span.start if span else None, day_text) for url in found or [""])
        return ids, span.start if span else None, rejected

    def _page(self, url: str, title: str, published: date | None, text: str) -> str:
        page_id = source_id(url, title)
        page = self.pages.setdefault(page_id, _Page(title or url, url))
        if published is not None and (page.published is None or published > page.published):
            page.published, page.published_text = published, text
        return page_id

    def day(self, sources: tuple[str, ...], own: date | None) -> date:
        """The date of a row: of its source as the row says, else as another row says, else of retrieval."""
        if own is not None:
            return own
        known = [p.published for s in sources if (p := self.pages.get(s)) and p.published]
        return max(known, default=self.retrieved)

    def claims(self, used: set[str]) -> dict[str, Claim]:
        """One claim for each source that rows rest on, and for the dataset itself."""
        found = {self.own: self._claim(self._card())}
        for page_id, page in self.pages.items():
            if page_id in used:
                found[page_id] = self._claim(self._shared() | _given(page))
        return found

    def _claim(self, props: dict[str, Value]) -> Claim:
        return Claim(self.info.name, (), "high", self.retrieved, props)

    def _shared(self) -> dict[str, Value]:
        props: dict[str, Value] = {"dataset": self.info.name, "retrieved": self.retrieved}
        if self.info.licence:
            props["licence"] = self.info.licence
        if self.info.expires_after is not None:
            props["expires_after"] = self.info.expires_after
        return props

    def _card(self) -> dict[str, Value]:
        props = self._shared() | {"name": self.info.title}
        if self.info.publisher:
            props["publisher"] = self.info.publisher
        if self.info.source_url:
            props["url"] = self.info.source_url
        return props


class Days:
    """The days on which claims rest: when datasets were retrieved, and when their sources were published."""

    def __init__(self) -> None:
        self.retrieved: dict[str, date] = {}
        self._published: dict[tuple[str, str], date] = {}  # by dataset and source

    def note(self, source: str, claims: Iterable[Claim]) -> None:
        """What claims on a source tell."""
        for claim in claims:
            published = claim.props.get("published")
            if isinstance(published, date):
                self._published[claim.dataset, source] = published
            if source == source_id("dataset", claim.dataset):
                self.retrieved[claim.dataset] = claim.day

    def note_all(self, dataset: str, claims: Mapping[str, Claim], own: str, *, all_of_them: bool) -> None:
        """The sources of a dataset as its rows have them now; others stay unless these are all."""
        for key in [k for k in self._published if all_of_them and k[0] == dataset]:
            del self._published[key]
        for source, claim in claims.items():
            self.note(source, [claim])
        self.retrieved[dataset] = claims[own].day

    def stored(self, props: Mapping[str, Value]) -> date | None:
        """The day of the one claim behind a stored node."""
        datasets, ids = props.get("datasets"), props.get("source_ids")
        if not isinstance(datasets, list) or len(datasets) != 1:
            return None
        return self.of(datasets[0], ids if isinstance(ids, list) else (), props)

    def of(self, dataset: str, ids: Iterable[str], props: Mapping[str, Value]) -> date | None:
        """The day that a reader of the stored record would give its one claim."""
        ids = tuple(ids)
        if not ids:  # a source itself
            retrieved = props.get("retrieved")
            return retrieved if isinstance(retrieved, date) else None
        known = [d for i in ids if (d := self._published.get((dataset, i)))]
        return max(known) if known else self.retrieved.get(dataset)


def source_id(*parts: str) -> str:
    """The id of the source with this address and title."""
    return f"source:{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:16]}"


def _given(page: _Page) -> dict[str, Value]:
    props: dict[str, Value] = {"name": page.name[:_NAME_MAX]}
    if page.url:
        props["url"] = page.url
    if page.published is not None:
        props["published"] = page.published
        props["published_text"] = page.published_text
    return props


def _active(url: str) -> bool:
    scheme = _SCHEME.match(url)
    return scheme is not None and scheme.group(1).lower() in _ACTIVE
