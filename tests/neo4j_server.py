"""A real Neo4j for the tests: community server 5.26 from Maven Central, started on free ports, no Docker.

The jars are copied once into `.neo4j/` of the project. Home, password and ports are new for every server.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

ROOT = Path(__file__).resolve().parent.parent
POM = ROOT / "tests" / "neo4j" / "pom.xml"
VERSION = "5.26.30"
START_SECONDS = 120  # a server alone needs 5
_OPENS = ["java.nio", "java.io", "sun.nio.ch", "java.util.concurrent"]
# A server of minutes: compile quickly instead of well, and leave the other cores alone.
_QUICK = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
_JAVA = ["java", *_QUICK, *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENS)]


class CannotStart(RuntimeError):
    """The server cannot be had; the message is one line that says what to do."""


@dataclass
class Server:
    """A running server. `restart` keeps the data; `kill` is what a power cut does."""

    home: Path
    password: str = field(repr=False)
    port: int
    user: str = "neo4j"
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def routing_uri(self) -> str:
        return f"neo4j://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts the process and waits until it answers. CannotStart with the log's end when it does not."""
        log = (self.home / "console.log").open("ab")
        command = [
            *(*_JAVA, "-Xmx768m", "-cp", f"{jars()}/*", "org.neo4j.server.CommunityEntryPoint"),
            *(f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"),
        ]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=_environment(self.home))
        log.close()
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                tail = (self.home / "console.log").read_text(errors="replace")[-600:]
                raise CannotStart(f"Neo4j did not start: {' '.join(tail.split())}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Ends this server's own process, kindly first."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends this server's own process at once (SIGKILL)."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
        try:
            with GraphDatabase.driver(self.uri, auth=(self.user, self.password)) as driver:
                driver.verify_connectivity()
        except (DriverError, Neo4jError):
            return False
        return True


def start_server(home: Path) -> Server:
    """A new, empty server in the empty folder `home`."""
    password = secrets.token_urlsafe(16)
    server = Server(home, password, _free_port())
    conf = home / "conf"
    conf.mkdir(parents=True)
    (conf / "neo4j.conf").write_text(_CONF.format(bolt=server.port), encoding="utf-8")
    _run(
        [*_JAVA, "-cp", f"{jars()}/*", "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password],
        home,
    )
    server.start()
    return server


def jars() -> Path:
    """The folder of the server's jars, fetched at the first call. CannotStart: java or mvn is missing."""
    _require_java()
    ready = ROOT / ".neo4j" / f"lib-{VERSION}"
    if ready.is_dir():
        return ready
    if shutil.which("mvn") is None:
        raise CannotStart("the tests need Maven to fetch Neo4j: apt-get install maven")
    part = ready.with_name(f"{ready.name}.{os.getpid()}")
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={part}", "-DincludeScope=runtime"]
    done = subprocess.run(
        ["mvn", "-q", "-B", "-f", str(POM), *goal], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(part, ignore_errors=True)
        raise CannotStart(f"Maven could not fetch Neo4j {VERSION}: {' '.join(done.stdout.split())[:400]}")
    try:
        part.rename(ready)
    except OSError:  # another run was first
        shutil.rmtree(part)
    return ready


def _require_java() -> None:
    install = "apt-get install openjdk-17-jre-headless"
    if shutil.which("java") is None:
        raise CannotStart(f"the tests need Java 17 or newer to run Neo4j: {install}")
    shown = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', shown)
    if found is None or int(found[1]) < 17:
        raise CannotStart(f"the tests need Java 17 or newer, not {shown.splitlines()[0]}: {install}")


def _run(command: list[str], home: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(home))
    if done.returncode:
        raise CannotStart(f"Neo4j could not be prepared: {' '.join(done.stderr.split())[:400]}")


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


_CONF = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{bolt}
server.bolt.advertised_address=127.0.0.1:{bolt}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size=128m
db.tx_log.rotation.retention_policy=1 files
"""
