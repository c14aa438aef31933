"""The folder of an embedded graph: one writer at a time, and no litter of killed ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from bulian.errors import GraphUnavailable


class WriteLock:
    """The right to write one graph file, held until `release` or the end of the process.

    The operating system holds the lock, not the file `<graph>.writing`: it ends with a killed writer.
    """

    def __init__(self, graph: Path) -> None:
        """Raises GraphUnavailable when another process, or another store here, writes the same graph."""
        self._path = graph.with_name(f"{graph.name}.writing")
        self._file: IO[str] | None = self._path.open("a+", encoding="ascii")
        try:
            _lock(self._file.fileno())
        except OSError:
            holder = _holder(self._file)
            self._file.close()
            raise GraphUnavailable(
                f"another process{holder} is writing {graph}", "wait until it has finished, then try again"
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Gives the lock up; harmless when repeated. The small file stays: to delete it would be a race."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _holder(file: IO[str]) -> str:
    try:
        file.seek(0)
        pid = file.read().strip()
    except OSError:  # Windows refuses to read a locked file
        return ""
    return f" (pid {pid})" if pid else ""


def sweep(graph: Path) -> list[Path]:
    """Deletes `<file>.tmp.<pid>.<n>` that killed processes left; those of a live one stay."""
    swept = []
    for path in graph.parent.glob(f"{graph.stem}*.tmp.*"):
        owner, _, rest = path.name.partition(".tmp.")
        pid = rest.partition(".")[0]
        if owner not in (graph.name, f"{graph.stem}.manifest.json") or not pid.isdigit() or _alive(int(pid)):
            continue
        try:
            path.unlink()
        except OSError:
            continue
        swept.append(path)
    return swept


def fsync_folder(folder: Path) -> None:
    """Makes renames in a folder survive a power cut, where the system allows it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _alive(pid: int) -> bool:
        return False  # a file that is open cannot be deleted there, so nothing alive can be hurt
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
