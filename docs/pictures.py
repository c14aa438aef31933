"""Makes the pictures of the README: screenshots of the demo's own page and report in a real Chromium.

Run `make pictures`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent / "img"
WIDTH, HEIGHT = 1440, 860


def main() -> None:
    """Build the demo in an empty folder, open what it wrote, take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("chromium is missing: install it (Debian package chromium)")
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "bulian", "demo", "--dir", folder], check=True, stdout=subprocess.DEVNULL
        )
        graph = f"kglite:{folder}/graph.kgl"
        chain = Path(folder) / "hydrogen.html"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "bulian",
                "explore",
                "--graph",
                graph,
                "--chain",
                "hydrogen",
                "-o",
                str(chain),
            ],
            check=True,
        )
        report = next(Path(folder).glob("reports/*/report.html"))
        with sync_playwright() as p:
            browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            _explorer(page, chain)
            page.goto(report.as_uri())
            page.screenshot(path=str(HERE / "report.png"))
            browser.close()


def _explorer(page: Page, file: Path) -> None:
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready=true]")
    page.fill("input[type=search]", "燃料电池系统")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)  # the view glides to the node
    page.screenshot(path=str(HERE / "explorer.png"))


if __name__ == "__main__":
    main()
