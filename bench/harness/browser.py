"""Opens a page in Debian's Chromium, headless and without a network, for tests, benches and pictures.

`make browser` installs Chromium, and puts axe-core, which checks accessibility, into build/.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from playwright.sync_api import Dialog, Page, sync_playwright

from bench.paths import TOP

AXE = TOP / "build/axe/package/axe.min.js"
CHROMIUM = shutil.which("chromium")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
Scheme = Literal["light", "dark"]


@dataclass
class Events:
    """What a page did: console messages and errors, requests but the one for itself, dialogs."""

    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def dialog(self, dialog: Dialog) -> None:
        """Record a dialog, and close it."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@contextmanager
def open_page(
    path: Path, width: int = 1200, height: int = 900, scheme: Scheme = "light", scale: float = 1
) -> Iterator[tuple[Page, Events]]:
    """The page of this file in a browser with an empty profile, and its events. Width, height: in pixels."""
    assert CHROMIUM, "there is no chromium: make browser"
    with sync_playwright() as playwright, TemporaryDirectory() as profile:
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=_FLAGS.split(),
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            device_scale_factor=scale,
        )
        events, page, address = Events(), browser.pages[0], path.resolve().as_uri()
        page.on("console", lambda message: events.messages.append(message.text))
        page.on("pageerror", lambda error: events.messages.append(str(error)))
        page.on("request", lambda request: events.requests.append(request.url))
        page.on("dialog", events.dialog)
        page.goto(address)
        events.requests.remove(address)
        try:
            yield page, events
        finally:
            browser.close()


def violations(page: Page) -> list[dict[str, Any]]:
    """The accessibility violations that axe-core reports, each {"id", "impact", "nodes", ...}."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result: list[dict[str, Any]] = page.evaluate("axe.run().then((result) => result.violations)")
    return result
