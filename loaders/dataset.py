"""What `bulian load` is given: a dataset folder, a single file, or a dataset that comes with the program."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import date, datetime
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

from bulian.errors import MappingError, UnknownName, UsageError
from bulian.loaders.builtin import dataset_mappings
from bulian.loaders.mapping import FileMapping
from bulian.loaders.rows import SUFFIXES, decode
from bulian.loaders.transform import parse_date

SHIPPED = "shipped:"
DESCRIPTION = "dataset.toml"
DECISIONS = "decisions"
NO_LICENCE = "未注明 / not stated"
_REQUIRED = ("name", "title", "licence", "retrieved")
_OPTIONAL = ("publisher", "expires_after", "source_url", "source_title")
_BESIDE = (
    "readme*",
    "licen[sc]e*",
    "changelog*",
    ".*",
    "~$*",
    "__pycache__",
)  # nothing to load, nothing to remark


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """A dataset's card. `retrieved` None: not known yet (a single file without a card)."""

    name: str
    title: str
    licence: str = ""
    retrieved: date | None = None
    publisher: str = ""
    expires_after: int | None = None
    source_url: str = ""
    source_title: str = ""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file with the mapping that reads it."""

    path: Path
    mapping: FileMapping


@dataclass(frozen=True)
class Dataset:
    """One source of `load`. `replaces`: what it does not state any more is withdrawn. `single`: of files that
    were named one by one. `carded`: a dataset.toml describes it."""

    info: DatasetInfo
    source: str
    replaces: bool
    files: tuple[DataFile, ...]
    decisions: Path | None = None
    unknown_files: tuple[str, ...] = ()
    unknown_keys: tuple[str, ...] = ()
    single: bool = False
    carded: bool = True
    sha256: str = field(default="", compare=False)


def open_dataset(
    source: str,
    *,
    mappings: Sequence[FileMapping] = (),
    replace: str | None = None,
    name: str | None = None,
) -> Dataset:
    """Find the files of a source and what reads each. Raises UsageError, UnknownName, MappingError."""
    path = _path(source)
    if path.is_dir():
        if replace is not None:
            raise UsageError(
                "--replace is for a single file", f"the name of the dataset {source} is in its {DESCRIPTION}"
            )
        return _folder(path, source, mappings)
    return _single(path, source, mappings, replace, name)


def shipped_datasets() -> list[str]:
    """Names of the datasets that come with the program."""
    root = Path(str(files("bulian.loaders"))) / "datasets"
    return sorted(p.name for p in root.iterdir() if (p / DESCRIPTION).is_file()) if root.is_dir() else []


def _path(source: str) -> Path:
    if not source.startswith(SHIPPED):
        path = Path(source)
        if not path.exists():
            raise UsageError(
                f"{source}: no such file or folder", f"or {SHIPPED}NAME: {', '.join(shipped_datasets())}"
            )
        return path
    name = source.removeprefix(SHIPPED)
    if name not in shipped_datasets():
        raise UnknownName("shipped dataset", name, shipped_datasets())
    return Path(str(files("bulian.loaders"))) / "datasets" / name


def _folder(folder: Path, source: str, mappings: Sequence[FileMapping]) -> Dataset:
    card = folder / DESCRIPTION
    carded = card.exists()
    if carded:
        info, unknown_keys = read_card(_card_bytes(card), str(card))
    else:
        name = folder.resolve().name or "dataset"
        info, unknown_keys = DatasetInfo(name=name, title=name, licence=NO_LICENCE), ()
    found: list[DataFile] = []
    unknown: list[str] = []
    decisions: Path | None = None
    for path in sorted(folder.iterdir()):
        lower = path.name.lower()
        if path.name == DESCRIPTION or any(fnmatch(lower, pattern) for pattern in _BESIDE):
            continue
        if path.is_file() and path.suffix.lower() in SUFFIXES:
            if path.stem == DECISIONS:
                decisions = path
                continue
            if mapping := _mapping_of(path, mappings):
                found.append(DataFile(path, mapping))
                continue
        unknown.append(f"{path.name}/" if path.is_dir() else path.name)
    if not carded and not found:
        raise UsageError(
            f"{folder}: neither {DESCRIPTION} nor a file of a dataset",
            f"name its files {', '.join(list(dataset_mappings())[:5])} …, each {', '.join(SUFFIXES)}",
        )
    return Dataset(
        info=info,
        source=source,
        replaces=True,
        files=tuple(_ordered(found)),
        decisions=decisions,
        unknown_files=tuple(unknown),
        unknown_keys=unknown_keys,
        carded=carded,
        sha256=digest(
            [*([card] if carded else []), *(f.path for f in found), *([decisions] if decisions else [])]
        ),
    )


def _single(
    path: Path, source: str, mappings: Sequence[FileMapping], replace: str | None, name: str | None
) -> Dataset:
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"{path.name}: not a table file", f"load one of {', '.join(SUFFIXES)}, or a dataset folder"
        )
    mapping = mappings[0] if len(mappings) == 1 else _mapping_of(path, mappings)
    if mapping is None:
        raise UnknownName(
            "dataset file",
            path.stem,
            nearest_names(path.stem, [m.name for m in mappings] or list(dataset_mappings())),
        )
    info = DatasetInfo(name=replace or name or path.stem, title=path.name)
    file = DataFile(path, mapping)
    return Dataset(
        info, source, replace is not None, (file,), single=True, carded=False, sha256=digest([path])
    )


def together(datasets: Sequence[Dataset]) -> list[Dataset]:
    """Single files of one dataset name as one dataset: they may refer to, and do not replace, each other."""
    found: dict[str, Dataset] = {}
    for number, dataset in enumerate(datasets):
        key = f"single {dataset.info.name}" if dataset.single else f"folder {number}"
        if key in found:
            files = (*found[key].files, *dataset.files)
            found[key] = replaced(found[key], files=tuple(_ordered(list(files))))
        else:
            found[key] = dataset
    return list(found.values())


def _mapping_of(path: Path, mappings: Sequence[FileMapping]) -> FileMapping | None:
    """A mapping given by the user goes before the built-in one."""
    for mapping in mappings:
        if any(fnmatch(path.stem, pattern) or fnmatch(path.name, pattern) for pattern in mapping.match):
            return mapping
    return dataset_mappings().get(path.stem)


def _ordered(found: list[DataFile]) -> list[DataFile]:
    order = {name: n for n, name in enumerate(dataset_mappings())}
    return sorted(found, key=lambda f: (order.get(f.mapping.name, len(order)), f.path.name))


def digest(paths: Sequence[Path]) -> str:
    """Of names and contents; a file that cannot be read is told later, by name."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.name}\0".encode())
        try:
            total.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            total.update(b"unreadable")
    return total.hexdigest()


# --- dataset.toml ---


def _card_bytes(card: Path) -> bytes:
    try:
        return card.read_bytes()
    except OSError as error:
        raise UsageError(f"{card} cannot be read", error.strerror or str(error)) from error


def read_card(data: bytes, where: str) -> tuple[DatasetInfo, tuple[str, ...]]:
    """The card, and keys in it that mean nothing. Raises MappingError listing every problem."""
    try:
        card = tomllib.loads(decode(data))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise MappingError(where, [f"not valid TOML: {error}"]) from None
    problems = [f"{key} is missing" for key in _REQUIRED if key not in card]
    texts = {
        key: _text(card, key, problems)
        for key in (*_REQUIRED, *_OPTIONAL)
        if key not in ("retrieved", "expires_after")
    }
    problems += [f"{key} is empty" for key in ("name", "title") if key in card and not texts[key]]
    retrieved = _retrieved(card, problems)
    expires = card.get("expires_after")
    if expires is not None and (isinstance(expires, bool) or not isinstance(expires, int) or expires < 1):
        problems.append("expires_after must be a number of days, 1 or more")
    if problems:
        raise MappingError(where, problems)
    info = DatasetInfo(retrieved=retrieved, expires_after=expires, **texts)
    return info, tuple(k for k in card if k not in (*_REQUIRED, *_OPTIONAL))


def _text(card: dict[str, Any], key: str, problems: list[str]) -> str:
    value = card.get(key, "")
    if isinstance(value, str):
        return value.strip()
    problems.append(f"{key} must be a text in quotation marks")
    return ""


def _retrieved(card: dict[str, Any], problems: list[str]) -> date | None:
    value = card.get("retrieved")
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    span = parse_date(value) if isinstance(value, str) else None
    if span is None:
        problems.append(f"retrieved: {value} is no date; write 2024-05-01")
        return None
    return span.start


def nearest_names(name: str, known: Sequence[str], limit: int = 3) -> list[str]:
    """Names a typing error away, best first."""
    from rapidfuzz import process

    return [m[0] for m in process.extract(name, known, limit=limit, score_cutoff=55)]
