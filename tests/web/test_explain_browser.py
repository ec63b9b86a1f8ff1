"""`gongkai explain --html` in a real browser: from a verdict to its numbers, and from a number to its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.served import ROOT, SCREENS, browser, gongkai

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample with faults, explained in one file."""
    page = tmp_path_factory.mktemp("explain") / "page.html"
    gongkai("explain", str(ROOT / "samples" / "yangli_district2022.html"), "--html", str(page))
    return page


@pytest.fixture
def tab(explained: Path) -> Iterator[Any]:
    """The file opened from the disk; the test fails if its script does, or if it asks for anything beside itself."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(explained.as_uri())
        yield page
        context.close()
    assert faults == []
    assert asked == [explained.as_uri()]


def test_a_verdict_lights_its_numbers_and_a_number_its_verdict(tab: Any) -> None:
    card = tab.locator("li.differs").first
    targets = (card.get_attribute("data-targets") or "").split()
    assert targets
    card.click()
    for name in targets:
        assert "lit" in (tab.locator(f"#{name}").get_attribute("class") or "")
    place = tab.locator(f"#{targets[0]}")
    tab.wait_for_function("e => { const r = e.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight; }",
                          arg=place.element_handle())  # fmt: skip
    tab.screenshot(path=str(SCREENS / "explain-1280.png"))
    other = tab.locator("li.differs").nth(1)
    own = set(targets)
    alone = next(name for name in (other.get_attribute("data-targets") or "").split() if name not in own)
    tab.locator(f"#{alone}").click()
    lit = tab.locator("aside li.lit")
    assert lit.count() == 1
    assert alone in (lit.get_attribute("data-targets") or "").split()
    assert "lit" not in (card.get_attribute("class") or "").split()


def test_a_verdict_is_reached_by_the_keyboard(tab: Any) -> None:
    card = tab.locator("li.differs").first
    card.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("article .lit").count() >= 1


def test_it_is_readable_on_a_narrow_screen(tab: Any) -> None:
    tab.set_viewport_size({"width": 400, "height": 850})
    tab.screenshot(path=str(SCREENS / "explain-400.png"))
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
