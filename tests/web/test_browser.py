"""What people do with the page, in a real browser over 2,000 generated reports and the samples; screenshots are kept
in build/screens, at 1280 and at 400 px."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.web.conftest import SAMPLES
from tests.web.served import AXE, SCREENS, Corpus, browser, corpus, served

pytestmark = pytest.mark.long
PROVINCE = "510000"
SIZES = {1280: 900, 400: 850}
SEEN = """() => {
    const place = document.querySelector("[data-source] .lit").getBoundingClientRect();
    return place.top > 0 && place.bottom < innerHeight;
}"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The corpus, its database a copy that these tests may decide in."""
    kept = Path(os.environ.get("GONGKAI_TEST_WEB") or tmp_path_factory.mktemp("corpus"))
    kept.mkdir(parents=True, exist_ok=True)
    made = corpus(kept)
    own = tmp_path_factory.mktemp("db") / "reports.duckdb"
    shutil.copyfile(made.db, own)
    return Corpus(made.folder, own)


@pytest.fixture(scope="module")
def address(reports: Corpus) -> Iterator[str]:
    with served(reports.db) as told:
        yield told


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with browser() as opened:
        yield opened


@pytest.fixture
def tab(chromium: Any, address: str) -> Iterator[Any]:
    """A page in a context of its own; the test fails if a script does, or if the policy had to stop something."""
    size = {"width": 1280, "height": SIZES[1280]}
    context = chromium.new_context(base_url=address, viewport=size, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert faults == []


def picture(page: Any, name: str) -> None:
    """Keeps the page as it stands at both widths, and holds that it is not wider than the window."""
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(SCREENS / f"{name}-{width}.png"))
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, width)
    page.set_viewport_size({"width": 1280, "height": SIZES[1280]})


def worst(page: Any) -> None:
    """From the front page over the map to the worst report of a province."""
    page.goto("/")
    page.locator(f'.tiles a[href="/reports?region={PROVINCE}"]').click()
    page.wait_for_url("**/reports?region=*")
    page.locator("tbody tr[data-row] a").first.click()
    page.wait_for_selector("[data-panel]")


def test_worst_report_of_a_province(tab: Any) -> None:
    tab.goto("/")
    picture(tab, "overview")
    tab.locator(f'.tiles a[href="/reports?region={PROVINCE}"]').click()
    counts = [int(text) for text in tab.locator('td[data-label="不一致"]').all_inner_texts()]
    assert counts[0] > 0
    assert counts == sorted(counts, reverse=True)
    picture(tab, "reports")
    tab.locator("tbody tr[data-row] a").first.click()
    assert tab.locator(".finding.differs").count() == counts[0]
    picture(tab, "report")


def test_verdict_leads_into_the_source_and_back(tab: Any) -> None:
    worst(tab)
    card = tab.locator("li.finding.differs").first
    card.locator("p").first.click()
    lit = tab.locator("[data-source] .lit")
    assert lit.count() > 0
    tab.wait_for_function(SEEN)  # it scrolls there, which takes a moment
    picture(tab, "source")
    lit.first.click()
    shown = tab.locator("[data-panel] li.lit")
    assert shown.count() == 1
    assert lit.first.get_attribute("id") in (shown.get_attribute("data-targets") or "").split()
    # The same by keyboard: j goes to the next verdict, Enter to its place, b back to it.
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    assert tab.locator("[data-source] .lit").count() > 0
    tab.keyboard.press("b")
    assert tab.evaluate("document.activeElement.matches('li.finding')")


def test_page_of_a_pdf_and_its_cells_light_each_other(tab: Any) -> None:
    found = tab.request.get("/api/v1/reports?organ=平湖市人民政府&year=2022").json()["items"]
    tab.goto(f"/report/{found[0]['report_id']}")
    sheet = tab.locator(".sheet").filter(has=tab.locator(".box")).first
    sheet.scroll_into_view_if_needed()
    loaded = "e => e.querySelector('img').complete && e.querySelector('img').naturalWidth > 0"
    tab.wait_for_function(loaded, arg=sheet.element_handle())
    box = sheet.locator(".box.printed").first
    name = box.get_attribute("data-of")
    box.click()
    lit = tab.locator("[data-source] .lit")
    assert tab.locator(f'.box.lit[data-of="{name}"]').count() == 1
    assert "lit" in (tab.locator(f"#{name}").get_attribute("class") or "")
    assert tab.locator("[data-panel] .lit").count() == 1
    picture(tab, "pdf")
    # From the list of cells to the page.
    tab.locator('[data-tabs] a[href="#cells"]').click()
    line = tab.locator("#cells a.see").nth(30)
    aim = (line.get_attribute("href") or "").removeprefix("#")
    line.click()
    assert lit.first.get_attribute("data-of") == aim
    tab.wait_for_function(SEEN)


@pytest.mark.parametrize(
    ("name", "told"),
    {
        "ranking": "/compare?thing=rate.disclosed&level=county&kind=government&year=2022",
        "distribution": "/compare?view=distribution&thing=t3.received&level=county&kind=government&year=2022",
        "peers": "/compare?view=peers&organ=桐乡市人民政府&year=2022", "indicator": "/indicator/t3.received",
        "prose-indicator": "/indicator/disclosure.items", "dictionary": "/dictionary", "runs": "/runs",
        "run": "/runs/1", "all-verdicts": "/findings?decision=all&verdict=all", "nothing": "/nothing",
        "keys": "/findings#keys",
    }.items(),
)  # fmt: skip
def test_page_is_no_wider_than_the_window(tab: Any, name: str, told: str) -> None:
    tab.goto(told)
    if name == "keys":
        tab.keyboard.press("?")
    assert tab.locator("h1").count() == 1
    picture(tab, name)


def test_dismissed_stays_dismissed_after_a_new_run(tab: Any, reports: Corpus) -> None:
    tab.goto(f"/findings?region={PROVINCE}&severity=error")
    before = int(re.findall(r"共 ([\d,]+) 项", tab.locator(".pager").first.inner_text())[0].replace(",", ""))
    picture(tab, "findings")
    tab.locator("[data-row] a[data-open]").first.click()
    tab.wait_for_selector("li.lit")
    card = tab.locator("li.lit")
    key = card.get_attribute("data-key")
    tab.keyboard.press("x")
    card.locator("select[name=decision]").select_option("dismissed")
    card.locator("button").click()
    assert card.locator("input[name=reason]:invalid").count() == 1, "the browser asks for a reason"
    card.locator("input[name=reason]").fill("与机关核实，表式如此")
    card.locator("input[name=author]").fill("李")
    card.locator("button").click()
    tab.wait_for_url("**done=1**")
    assert "不是问题：与机关核实，表式如此（李）" in tab.locator(f'[data-key="{key}"]').inner_text()
    picture(tab, "dismissed")
    reports.run()
    tab.reload()
    assert "不是问题：与机关核实，表式如此（李）" in tab.locator(f'[data-key="{key}"]').inner_text()
    tab.goto(f"/findings?region={PROVINCE}&severity=error")
    after = int(re.findall(r"共 ([\d,]+) 项", tab.locator(".pager").first.inner_text())[0].replace(",", ""))
    assert after == before - 1
    tab.goto(f"/findings?region={PROVINCE}&decision=dismissed")
    assert tab.locator(".decided.dismissed").count() == 1


def test_two_cities_over_years(tab: Any) -> None:
    tab.goto("/compare?view=series")
    fields = tab.locator("input[name=organ]")
    fields.nth(0).fill("桐乡市人民政府")
    fields.nth(1).fill("平湖市人民政府")
    tab.locator("form.filters button").click()
    tab.wait_for_selector(".chart svg")
    assert tab.locator(".chart svg").first.get_by_text("桐乡市人民政府").count() > 0
    picture(tab, "compare")
    link = tab.url
    tab.goto("/")
    tab.goto(link)
    assert tab.locator("table th[scope=row]").filter(has_text="平湖市人民政府").count() == 1
    with tab.expect_download() as waited:
        tab.get_by_text("图（PNG）").click()
    assert Path(waited.value.path()).read_bytes().startswith(b"\x89PNG")


def test_workbook_of_what_is_filtered(tab: Any, tmp_path: Path) -> None:
    tab.goto(f"/findings?region={PROVINCE}&severity=error")
    total = int(re.findall(r"共 ([\d,]+) 项", tab.locator(".pager").first.inner_text())[0].replace(",", ""))
    with tab.expect_download() as waited:
        tab.get_by_text("下载 Excel").click()
    path = tmp_path / "list.xlsx"
    waited.value.save_as(path)
    assert waited.value.suggested_filename == "问题清单.xlsx"
    assert openpyxl.load_workbook(path).worksheets[0].max_row - 1 == total > 0


def test_draft_is_checked(tab: Any) -> None:
    tab.goto("/check")
    picture(tab, "check")
    tab.locator("input[type=file]").set_input_files(str(SAMPLES / "yangli_district2022.html"))
    tab.locator("form.upload button").first.click()
    tab.wait_for_selector("[data-panel]", timeout=60_000)
    assert re.search(r"有 \d+ 处不一致", tab.locator("[role=status]").inner_text())
    picture(tab, "draft")


def test_pages_read_without_scripts(chromium: Any, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/reports?region={PROVINCE}")
    page.locator("tbody tr[data-row] a").first.click()
    for name in ("#verdicts", "#figures", "#cells"):
        assert page.locator(name).is_visible(), name
    page.locator("a.see").first.click()
    assert page.url.partition("#")[2]
    context.close()


def test_report_prints_without_the_tools(tab: Any) -> None:
    worst(tab)
    tab.emulate_media(media="print")
    assert not tab.locator(".top").is_visible()
    assert tab.locator("#figures").is_visible()
    assert tab.locator(".source").is_visible()


def test_no_serious_fault_of_accessibility(tab: Any) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not there: make browser fetches it from the npm registry")
    script = AXE.read_text("utf-8")
    worst(tab)
    report = tab.url
    pdf = tab.request.get("/api/v1/reports?organ=平湖市人民政府&year=2022").json()["items"][0]["report_id"]
    found = []
    for told in (
        "/", "/reports", "/findings", report, f"/report/{pdf}", "/compare", "/compare?view=distribution",
        "/compare?view=series&organ=桐乡市人民政府&organ=平湖市人民政府",
        "/compare?view=peers&organ=桐乡市人民政府&year=2022", "/indicator/t3.received", "/dictionary", "/runs",
        "/runs/1", "/check", "/login", "/nothing",
    ):  # fmt: skip
        for width, height in SIZES.items():
            tab.set_viewport_size({"width": width, "height": height})
            tab.goto(told)
            tab.evaluate(script)
            for fault in tab.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
                if fault["impact"] in ("serious", "critical"):
                    found.append((told, width, fault["id"], fault["nodes"][0]["html"][:200]))
    assert found == []
