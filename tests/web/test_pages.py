"""The pages over the samples: what stands on them, lists, decisions, downloads, the API."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from starlette.testclient import TestClient

from pipeline.model import DocumentResult
from pipeline.run import default_pipeline
from pipeline.web import filters
from pipeline.web.drafts import Drafts

SAMPLES = Path(__file__).parents[2] / "samples"
SAME = {"origin": "http://127.0.0.1:8765"}
PAGES = {
    "/": "总览", "/reports": "嘉善县", "/findings": "问题清单", "/compare": "排名",
    "/compare?view=distribution": "分布",
    "/compare?view=series&organ=桐乡市人民政府&organ=平湖市人民政府": "历年",
    "/compare?view=peers&organ=桐乡市人民政府&year=2022": "同类", "/compare?thing=rate.disclosed&year=2022": "%",
    "/dictionary": "数据字典", "/indicator/t3.received": "本年新收", "/indicator/disclosure.items": "主动公开",
    "/runs": "批次", "/runs/1": "haining2020.txt", "/check": "核对草稿",
}  # fmt: skip


def first(client: TestClient, **asked: str) -> dict[str, object]:
    """The first report that the API gives under a filter."""
    item: dict[str, object] = client.get("/api/v1/reports", params=asked).json()["items"][0]
    return item


@pytest.mark.parametrize(("address", "said"), PAGES.items())
def test_page_shows_what_it_is_for(client: TestClient, address: str, said: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert said in answer.text
    assert '<html lang="zh-CN">' in answer.text
    assert '<main id="main"' in answer.text


def test_pages_that_are_not_there(client: TestClient) -> None:
    for address in ("/nothing", "/report/0000000000000000", "/indicator/no.such", "/runs/99", "/docs", "/redoc"):
        assert client.get(address).status_code == 404, address


def test_report_page_marks_the_source_and_links_verdicts_to_it(client: TestClient) -> None:
    report = first(client, organ="样例市", sort="worst")
    page = client.get(f"/report/{report['report_id']}").text
    cards = re.findall(r'data-targets="([^"]+)"', page)
    assert cards
    marked = set(re.findall(r'id="([^"]+)"', page))
    aimed = [target for card in cards for target in card.split()]
    assert aimed
    assert set(aimed) <= marked


def test_report_page_shows_last_year_beside_this_one(client: TestClient) -> None:
    report = first(client, organ="桐乡市", year="2022")
    page = client.get(f"/report/{report['report_id']}").text
    assert "与上年对照" in page
    assert "2021 年</th>" in page


def test_worklist_is_worst_first_and_pages(client: TestClient) -> None:
    found = client.get("/api/v1/findings", params={"limit": 1000}).json()
    ranks = [("error", "warning", "info").index(item["severity"]) for item in found["items"]]
    assert ranks == sorted(ranks)
    assert len(ranks) == found["total"]
    parts = [client.get("/api/v1/findings", params={"limit": 7, "offset": n}).json()["items"] for n in range(0, 21, 7)]
    assert [item for part in parts for item in part] == found["items"][:21]


def test_filters_narrow_and_survive_nonsense(client: TestClient) -> None:
    whole = client.get("/api/v1/reports").json()["total"]
    assert 0 < client.get("/api/v1/reports", params={"region": "3304"}).json()["total"] < whole
    page = client.get("/reports", params={"region": "x", "year": "9e9", "page": "-3", "sort": "drop", "level": "'"})
    assert page.status_code == 200
    assert filters.parse({"page": "99999999", "year": "2022"}) == filters.Filter(year=(2022,), page=filters.LAST_PAGE)


def test_link_carries_the_whole_filter() -> None:
    chosen = filters.Filter(region="33", level="county", year=(2021, 2022), q="教育", check="A1", verdict="all", page=3)
    pairs = [part.split("=") for part in chosen.link(page=3)[1:].split("&")]
    assert {name for name, _ in pairs} == {"region", "level", "year", "q", "check", "verdict", "page"}


def test_decision_is_written_shown_and_taken_back(own: TestClient) -> None:
    item = own.get("/api/v1/findings", params={"limit": 1}).json()["items"][0]
    key = "|".join(str(item[name] or "") for name in ("report_id", "check_id", "code", "applicant"))
    sent = {"f": key, "decision": "dismissed", "reason": "已与机关核实", "author": "王", "back": "/findings"}
    answer = own.post("/decisions", data=sent, headers=SAME, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/findings?done=1")
    dismissed = own.get("/api/v1/findings", params={"decision": "dismissed"}).json()["items"]
    assert [(one["check_id"], one["reason"]) for one in dismissed] == [(item["check_id"], "已与机关核实")]
    assert "不是问题：已与机关核实（王）" in own.get(f"/report/{item['report_id']}").text
    own.post("/decisions", data={**sent, "decision": "none"}, headers=SAME)
    assert own.get("/api/v1/findings", params={"decision": "dismissed"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"decision": "dismissed"}, "要写理由"),
        ({"decision": "corrected"}, "要写更正后的数"),
        ({"decision": "corrected", "value": "1e99"}, "要写更正后的数"),
        ({"decision": "whatever"}, "请选择处理意见"),
        ({"decision": "confirmed", "f": "x|y"}, "写法不对"),
        ({"decision": "confirmed", "f": "0" * 16 + "|A1|t3.received|"}, "已不在库中"),
    ],
)
def test_decision_that_says_too_little_is_refused(own: TestClient, given: dict[str, str], said: str) -> None:
    item = own.get("/api/v1/findings", params={"limit": 1}).json()["items"][0]
    told = {"f": f"{item['report_id']}|{item['check_id']}|{item['code'] or ''}|", **given}
    answer = own.post("/decisions", data=told, headers=SAME)
    assert answer.status_code == 400
    assert said in answer.text


def test_correction_keeps_its_number(own: TestClient) -> None:
    item = own.get("/api/v1/findings", params={"limit": 1}).json()["items"][0]
    key = "|".join(str(item[name] or "") for name in ("report_id", "check_id", "code", "applicant"))
    own.post("/decisions", data={"f": key, "decision": "corrected", "value": "1,234"}, headers=SAME)
    assert "已更正为 1,234" in own.get(f"/report/{item['report_id']}").text


def test_bulk_decision_over_everything_filtered(own: TestClient) -> None:
    asked = {"region": "", "organ": "样例市"}
    total = own.get("/api/v1/findings", params={**asked, "decision": "open"}).json()["total"]
    assert total > 1
    sent = {"everything": "1", "filter": "?q=样例市", "decision": "confirmed", "back": "/findings?q=1"}
    assert own.post("/decisions", data=sent, headers=SAME).status_code == 200
    assert own.get("/api/v1/findings", params={**asked, "decision": "open"}).json()["total"] == 0
    assert own.get("/api/v1/findings", params={**asked, "decision": "confirmed"}).json()["total"] == total


def test_workbook_holds_the_filtered_list(client: TestClient) -> None:
    answer = client.get("/findings.xlsx", params={"severity": "error"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    counted = client.get("/api/v1/findings", params={"severity": "error", "decision": "open"}).json()["total"]
    assert sheet.max_row - 1 == counted > 0
    assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == {"错误"}


@pytest.mark.parametrize("form", ["csv", "xlsx", "svg"])
def test_comparison_downloads(client: TestClient, form: str) -> None:
    answer = client.get(f"/compare.{form}", params={"thing": "t3.received", "year": "2022"})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    if form == "csv":
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert any("桐乡市人民政府" in line for line in lines)
    elif form == "svg":
        assert answer.text.startswith("<svg")
        assert "桐乡市" in answer.text
    else:
        openpyxl.load_workbook(io.BytesIO(answer.content))


def test_facts_of_the_api_follow_each_other_without_gap(client: TestClient) -> None:
    whole = client.get("/api/v1/facts", params={"code": "t3.received", "limit": 500}).json()
    assert whole["next"] is None
    held, after = [], ""
    while after is not None:
        part = client.get("/api/v1/facts", params={"code": "t3.received", "limit": 4, "after": after}).json()
        held += part["items"]
        after = part["next"]
    assert held == whole["items"]
    told = client.get("/api/v1/facts", params={"code": "t3.received", "limit": 500, "format": "csv"})
    assert len(list(csv.reader(io.StringIO(told.content.decode("utf-8-sig"))))) == len(held) + 1


def test_comparison_of_the_api_pages(client: TestClient) -> None:
    asked = {"thing": "t3.received", "year": "2022"}
    whole = client.get("/api/v1/compare", params=asked).json()
    assert whole["total"] == len(whole["items"]) > 3
    parts = [client.get("/api/v1/compare", params={**asked, "offset": n, "limit": 2}).json()["items"] for n in (0, 2)]
    assert [item for part in parts for item in part] == whole["items"][:4]


def test_api_report_is_what_extract_gives(client: TestClient) -> None:
    report = first(client, organ="海宁市")
    told = client.get(f"/api/v1/reports/{report['report_id']}").json()
    assert {"document", "report", "sections", "cells", "figures", "findings", "unread", "problems"} <= set(told)
    text = (SAMPLES / "haining2020.txt").read_text("utf-8")
    assert all(figure["mention"] in text for figure in told["figures"])


def test_draft_is_checked_and_kept_nowhere(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_: Drafts, content: bytes, name: str) -> DocumentResult:
        return default_pipeline().process(content, name)

    monkeypatch.setattr(Drafts, "check", check)
    monkeypatch.setattr(Drafts, "warm", lambda _: None)
    before = own.get("/api/v1/reports").json()["total"]
    file = SAMPLES / "yangli_district2022.html"
    page = own.post("/check", files={"file": (file.name, file.read_bytes())}, headers=SAME)
    assert page.status_code == 200
    assert re.search(r"有 \d+ 处不一致", page.text)
    assert 'class="decide"' not in page.text
    assert own.get("/api/v1/reports").json()["total"] == before
    empty = own.post("/check", files={"file": ("空.txt", b"")}, headers=SAME)
    assert empty.status_code == 400
    assert "文件是空的" in empty.text
