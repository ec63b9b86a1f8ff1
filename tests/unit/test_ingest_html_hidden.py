"""What style sheets hide: rules weighed as browsers weigh them, and nothing hidden that is not surely hidden."""

from __future__ import annotations

import pytest

from pipeline.ingest import read
from pipeline.model import Document
from tests.ingest_files import rows, tables

SHOWN = "<p>" + "本机关持续完善信息发布机制，规范公开流程，畅通申请渠道。" * 50 + "</p>"
"""Enough text that what is hidden is not looked into."""


def page(style: str, body: str) -> Document:
    return read(f"<html><head>{style}</head><body>{SHOWN}{body}</body></html>".encode(), "a.html")


HIDING = [
    "<style>.x{display:none}</style>",
    "<STYLE TYPE=text/css>.x{DISPLAY:NONE}</STYLE>",
    "<style><!-- /* { */ .x { color: red; display : none !important; } --></style>",
    "<style>#i{visibility:hidden}</style>",
    "<style>@import url(a.css); p, div.x { display:none } p{display:block}</style>",
    "<style media='screen, print'>.out .x{display:none}</style>",
    "<style>@media all{.x{display:none}}</style>",
    "<style>.x{display:block}</style><style>.x{display:none}</style>",
    "<style>div.x{display:none} .x{display:block}</style>",
    "<style>.x{display:none!important} #i{display:block}</style>",
    "<style>.x{display:none} .x:hover{display:block} .x::before{display:inline}</style>",
    "<style>.x{display:none} @media print{.x{display:block}}</style>",
]


@pytest.mark.parametrize("style", HIDING)
def test_what_a_rule_hides_is_not_read(style: str) -> None:
    assert "隐藏" not in page(style, "<div class=out><div class=x id=i>隐藏 123 件</div></div>").text


SHOWING = [
    "<style media=print>.x{display:none}</style>",
    "<style>@media print { .x{display:none} }</style>",
    "<style>@media (max-width:700px){.x{display:none}}</style>",
    "<style>@media screen and (max-width:700px){.x{display:none}}</style>",
    "<style>.x{display:none} .x{display:block}</style>",
    "<style>.x{display:none} #i{display:block}</style>",
    "<style>.x{display:none} @media (min-width:900px){.x{display:block}}</style>",
    "<style>.x{display:none} html body div .out > .x{display:block}</style>",
    "<style>.x:hover{display:none} .x::after{display:none}</style>",
    "<style>/* .x{display:none} */</style>",
    "<style>@supports (display:grid){.x{display:none}}</style>",
    "<style>@font-face{.x{display:none}} @keyframes a{from{display:none}}</style>",
    "<style>.none{color:red} .x{text-decoration:none; displayed:none}</style>",
    "<style>..x{display:none} }}{ .y{{.x{display:none}}</style>",
]


@pytest.mark.parametrize("style", SHOWING)
def test_what_is_shown_again_or_only_perhaps_hidden_is_read(style: str) -> None:
    assert "还在 123 件" in page(style, "<div><div class=out><div class=x id=i>还在 123 件</div></div></div>").text


def test_an_elements_own_style_wins_over_the_sheet() -> None:
    style = "<style>.x{display:none} .y{display:none !important}</style>"
    text = page(style, "<p class=x style='display:block'>还在</p><p class=y style='display:block'>隐藏</p>").text
    assert "还在" in text
    assert "隐藏" not in text


def test_cells_and_parts_of_cells_that_a_rule_hides_do_not_count() -> None:
    body = (
        "<table><tr class=old><td>丙<td>7<tr><td>甲<td class=old>8<td>1<tr><td>乙<td><p class=old>9</p>"
        "<td>2<span class=old>0</span></table>"
    )
    assert rows(page("<style>.old{display:none}</style>", body)) == [["甲", "1"], ["乙", "", "2"]]


def test_tables_in_tabs_that_a_script_opens_are_read_where_there_is_no_other() -> None:
    row = "<tr>" + "<td>1</td>" * 6 + "</tr>"
    style = "<style>.tab{display:none} .tab.on{display:block}</style>"
    tabs = f"<div class='tab on'><p>总体情况</p></div><div class=tab><table>{row * 4}</table></div>"
    assert len(tables(page(style, tabs))) == 1


@pytest.mark.parametrize(
    "sheet",
    ["/*" * 100_000, "a," * 100_000 + "b{display:none}", "{" * 200_000, "a{display:none}" * 20_000, "x" * 400_000,
     ":not(" * 40_000 + "{display:none}", ".a{display:block}" * 20_000],
)  # fmt: skip
def test_endless_sheets_hold_nothing_up(sheet: str) -> None:
    document = page(f"<style>.z{{display:none}}{sheet}</style>", "<p class=z>甲</p>" + "<p>乙</p>" * 100)
    assert "乙" in document.text
