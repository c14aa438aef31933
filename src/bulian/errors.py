"""What can go wrong, as a user meets it: one message, one hint, one exit status."""

from __future__ import annotations

from collections.abc import Iterable


class BulianError(Exception):
    """Root of every error a user can cause or must know. `hint` says what to do next."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(BulianError):
    """A command, option, parameter or file name is wrong."""


class UnknownName(UsageError):
    """A name that means nothing here, or more than one thing; carries the nearest valid ones."""

    def __init__(
        self, kind: str, name: str, nearest: Iterable[str] = (), *, ambiguous: bool = False, hint: str = ""
    ) -> None:
        self.nearest = tuple(nearest)
        word = "ambiguous" if ambiguous else "unknown"
        hint = f"nearest: {', '.join(self.nearest)}" if self.nearest else hint
        super().__init__(f"{word} {kind}: {name}", hint)


class MappingError(UsageError):
    """A mapping, pack, ontology or dataset description is wrong; lists every problem at once."""

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{where}: {len(self.problems)} problem(s)\n  " + "\n  ".join(self.problems))


class QueryError(BulianError):
    """A query was refused or failed in the engine."""


class GraphUnavailable(BulianError):
    """The graph cannot be reached or read: server away, wrong password, broken or missing file."""

    exit_code = 3
