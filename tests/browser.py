"""A real Chromium without a network: any request that leaves the page's own file fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OWN = ("data:", "blob:")  # made by the page itself
OpenPage = Callable[..., Page]


def chromium() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("Chromium is missing: apt-get install -y chromium fonts-noto-cjk", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """Opens HTML (text or a file) as a file of its own, waits until it is ready, and gives the page.

    When the test ends there must have been no outside request, no script error and no console error.
    """
    wrong: list[str] = []
    contexts = []

    def open_(html: str | Path, *, hash: str = "", width: int = 1280, height: int = 720) -> Page:
        path = html if isinstance(html, Path) else tmp_path / f"page-{len(contexts)}.html"
        if isinstance(html, str):
            path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            accept_downloads=True,
            offline=True,
            reduced_motion="reduce",  # moves happen at once
        )
        contexts.append(context)
        own = path.as_uri()

        def guard(route: Route) -> None:
            url = route.request.url
            if url.partition("#")[0] == own or url.startswith(OWN):
                route.continue_()
                return
            wrong.append(f"request: {url}")
            route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type == "error" else None)
        page.on(
            "request",
            lambda r: (
                None
                if r.url.partition("#")[0] == own or r.url.startswith(OWN)
                else wrong.append(f"request: {r.url}")
            ),
        )
        page.goto(own + hash)
        page.wait_for_selector("html[data-ready=true]", timeout=60_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
