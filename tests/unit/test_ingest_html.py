# ruff: noqa: E501  (a line of Chinese counts double)
"""HTML pages as they are found: markup of Word and WPS, layout tables, spans that lie, menus around the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import EmptyFile, LimitExceeded
from pipeline.ingest import Limits, read
from pipeline.model import Document, Paragraph, RawTable
from tests.ingest_files import grid, paragraphs, rows, tables

LONG = "本机关持续完善信息发布机制，规范公开流程，畅通申请渠道，努力提高公开工作的质量，全年没有发生因公开引起的行政诉讼案件。"


def page(body: str, head: str = "") -> Document:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "a.html")


def test_block_elements_and_br_part_paragraphs() -> None:
    document = page("<h2>一、总体情况</h2>前<p>甲<b>乙</b> <i>1</i>2</p><div>丙<br>丁</div><ul><li>戊<li>己</ul>后")
    assert paragraphs(document) == ["一、总体情况", "前", "甲乙 12", "丙", "丁", "戊", "己", "后"]
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.heading == 2


def test_numbers_cut_by_inline_elements_stay_whole() -> None:
    assert paragraphs(page("<p>共<span>1</span><span>2</span><font>34</font>件<o:p></o:p></p>")) == ["共1234件"]


def test_source_line_ends_between_chinese_characters_leave_no_blank() -> None:
    assert paragraphs(page("<p>政府信\n   息公开，\n共 12\n件</p>")) == ["政府信息公开，共 12 件"]


def test_no_break_spaces_stay_inside_and_go_outside() -> None:
    assert paragraphs(page("<p>&nbsp;&nbsp;\u3000甲&nbsp;乙\u3000\u200b</p><p>&nbsp;</p>")) == ["甲\xa0乙"]


def test_scripts_styles_and_word_islands_are_not_text() -> None:
    body = (
        "<script>var a='<p>9件</p>'</script><style>p{}</style><!--[if gte mso 9]><xml><w:View>8</w:View></xml><![endif]-->"
        "<xml><w:Zoom>7</w:Zoom></xml><noscript>6</noscript><template><p>5</p></template>"
        "<p><![if !supportLists]>一、<![endif]>总体情况<!-- 4 --></p><svg><text>3</text></svg>"
        "<p>主<ruby>動<rt>dòng</rt></ruby>公开</p>"
    )
    assert paragraphs(page(body)) == ["一、总体情况", "主動公开"]


@pytest.mark.parametrize(
    "mark",
    [
        'style="display:none"',
        'STYLE="DISPLAY:NONE"',
        'STYLE="DISPLAY: none"',
        "hidden",
        'style="mso-hide:all"',
        'style="visibility:hidden"',
    ],
)
def test_hidden_elements_are_not_read(mark: str) -> None:
    assert paragraphs(page(f"<p>{LONG}</p>" * 20 + f"<div {mark}>隐藏123件</div><p>完</p>"))[-1] == "完"
    assert "隐藏" not in page(f"<p>{LONG}</p>" * 20 + f"<div {mark}>隐藏123件</div>").text


def test_a_report_that_a_script_would_unveil_is_read() -> None:
    document = page(f'<p>加载中</p><div style="display:none"><p>{LONG}</p><p>{LONG}</p></div>')
    assert document.text.count(LONG) == 2


def test_title_address_and_hints() -> None:
    head = (
        "<title>某局2021年 年度报告\n</title><meta name='PubDate' content='2022-01-20 09:30'>"
        "<meta name=ArticleTitle content='某局年度报告'><meta name=viewport content=w><link rel=canonical href='http://x.gov.cn/1.html'>"
    )
    document = page("<p>正文", head)
    assert document.title == "某局2021年 年度报告"
    assert document.address == "http://x.gov.cn/1.html"
    assert ("pubdate", "2022-01-20 09:30") in document.hints
    assert ("articletitle", "某局年度报告") in document.hints
    assert "viewport" not in dict(document.hints)
    assert "年度报告" not in document.text


def test_the_address_a_browser_noted_when_saving() -> None:
    data = "<!DOCTYPE html>\n<!-- saved from url=(0028)https://x.gov.cn/gk/nb.html -->\n<p>正文".encode()
    assert read(data, "a.html").address == "https://x.gov.cn/gk/nb.html"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", "iso-8859-1"])
def test_pages_that_declare_another_encoding(encoding: str, declared: str) -> None:
    text = f"<html><meta charset={declared}><p>{LONG}</p><table><tr><td>规章<td>12</table></html>"
    document = read(text.encode(encoding), "a.html")
    assert LONG in document.text
    assert not document.problems


# --- tables


def test_cells_stand_in_the_text_and_blank_ones_are_empty_spans() -> None:
    document = page(
        "<table><tr><td>规章<td> 12 </td><td>&nbsp;</td><td><o:p>&nbsp;</o:p></td></tr><tr><td>件<td>0</table>"
    )
    assert document.text == "规章\t12\t\t\n件\t0\n"
    table = tables(document)[0]
    assert (table.rows, table.columns, table.kind) == (2, 4, "html")
    assert [c.start == c.end for c in table.cells] == [False, False, True, True, False, False]


def test_spans_are_expanded_and_keep_their_origin() -> None:
    body = "<table><tr><td rowspan=2>甲<td colspan=2>乙<tr><td>1<td>2<tr><td>丙<td>3<td>4</table>"
    assert grid(page(body)) == [
        (0, 0, 2, 1, "甲"), (0, 1, 1, 2, "乙"), (1, 1, 1, 1, "1"), (1, 2, 1, 1, "2"),
        (2, 0, 1, 1, "丙"), (2, 1, 1, 1, "3"), (2, 2, 1, 1, "4"),
    ]  # fmt: skip


def test_a_rowspan_ends_with_its_table_and_row_group() -> None:
    body = "<table><tbody><tr><td rowspan=99>甲<td>1</tbody><tbody><tr><td>乙<td>2</tbody></table>"
    assert grid(page(body)) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "2")]


def test_a_colspan_beyond_the_table_is_cut() -> None:
    document = page(
        "<table><tr><td colspan=100>表头<tr><td>甲<td>1<td>2<tr><td colspan=0>乙<td colspan=x>3<td>4</table>"
    )
    assert grid(document)[0] == (0, 0, 1, 3, "表头")
    assert tables(document)[0].columns == 3
    assert rows(document)[2] == ["乙", "3", "4"]


def test_rowspan_zero_reaches_to_the_end_of_its_group() -> None:
    assert grid(page("<table><tr><td rowspan=0>甲<td>1<tr><td>2<tr><td>3</table>"))[0] == (0, 0, 3, 1, "甲")


def test_two_cells_claiming_one_place() -> None:
    document = page("<table><tr><td>1<td rowspan=2>2<td>3<tr><td colspan=3>4<td>5</table>")
    taken = [
        (r, c)
        for row, col, down, across, _ in grid(document)
        for r in range(row, row + down)
        for c in range(col, col + across)
    ]
    assert len(taken) == len(set(taken))
    assert grid(document)[3][:4] == (1, 0, 1, 1)


def test_columns_that_nobody_begins_are_taken_out() -> None:
    document = page("<table><tr><td colspan=2>甲<td colspan=3>1<tr><td colspan=2>乙<td colspan=3>2<tr></tr></table>")
    assert grid(document) == [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "2")]


def test_lines_inside_a_cell_stay() -> None:
    document = page("<table><tr><td>本年<br>新收<td><p>1</p><p>其中2</p><tr><td>丙<td>3</table>")
    assert rows(document)[0] == ["本年\n新收", "1\n其中2"]


def test_a_table_of_tables_is_layout() -> None:
    inner = "<table><tr><td>规章<td>1<tr><td>办法<td>2</table>"
    document = page(f"<table><tr><td>菜单<td><h1>年报</h1><p>{LONG}</p>{inner}<p>{LONG}</p>{inner}</td></tr></table>")
    assert [type(b) for b in document.blocks] == [Paragraph, Paragraph, RawTable, Paragraph, RawTable]
    assert rows(document, 1) == [["规章", "1"], ["办法", "2"]]


def test_a_one_cell_table_inside_a_cell_does_not_make_layout() -> None:
    document = page("<table><tr><td><table><tr><td>规章</table><td>1<tr><td>办法<td><table><tr><td>2</table></table>")
    assert rows(document) == [["规章", "1"], ["办法", "2"]]


def test_a_table_that_holds_the_whole_report_as_prose_is_layout() -> None:
    document = page(f"<table><tr><td>一、总体情况<td>{LONG * 4}<tr><td>六、其他<td>{LONG * 4}</table>")
    assert tables(document) == []
    assert len(document.blocks) == 4


def test_long_notes_do_not_make_a_table_of_numbers_layout() -> None:
    numbers = "".join(f"<tr><td>{n}<td>{n}</tr>" for n in range(10))
    assert len(tables(page(f"<table><tr><td colspan=2>{LONG * 12}</tr>{numbers}</table>"))) == 1


def test_rows_and_cells_that_are_hidden_do_not_count() -> None:
    body = "<table><tr style='display:none'><td>9<td>9<tr><td>甲<td style='display:none'>8<td>1<tr><td>乙<td>2</table>"
    assert rows(page(body)) == [["甲", "1"], ["乙", "2"]]


def test_the_caption_comes_before_its_table() -> None:
    document = page("<table><caption>表一</caption><tr><td>甲<td>1<tr><td>乙<td>2</table>")
    assert document.text.startswith("表一\n甲\t1\n")


def test_numbers_in_input_fields_of_a_table() -> None:
    body = (
        "<table><tr><td>甲<td><input value='12'><tr><td>乙<td><input type=hidden value=9><input value='请输入'></table>"
    )
    assert rows(page(body)) == [["甲", "12"], ["乙", ""]]


def test_text_misplaced_in_a_table_comes_before_it() -> None:
    assert page("<table>错位<tr><td>甲<td>1<tr><td>乙<td>2</table>").text.startswith("错位\n")


# --- the report in the page


def menu(count: int) -> str:
    return "<ul>" + "".join(f"<li><a href=/{n}>栏目名称{n}</a></li>" for n in range(count)) + "</ul>"


REPORT = (
    f"<h1>某局2021年政府信息公开年度报告</h1><p>来源：某局</p><p>一、总体情况</p><p>{LONG}</p><p>{LONG}</p>"
    f"<table><tr><td>规章<td>1<tr><td>办法<td>2</table><p>六、其他需要报告的事项</p><p>无。</p>"
)


def test_menus_and_imprint_are_left_out() -> None:
    document = page(
        f"<div id=top>{menu(30)}</div><div>发布时间：2022-01-20</div><div id=main>{REPORT}</div>"
        f"<div>主办：某局 电话：88886666</div><div class=footer>{menu(9)}</div>"
    )
    assert "栏目名称" not in document.text
    assert "88886666" not in document.text
    assert "发布时间：2022-01-20" in document.text
    assert paragraphs(document)[-1] == "无。"


def test_a_report_in_several_containers_is_kept_whole() -> None:
    document = page(
        f"<div>{menu(30)}</div><div><div><p>一、总体情况</p><p>{LONG}</p><p>{LONG}</p><p>{LONG}</p></div>"
        "<div><p>二、主动公开</p><p>无</p></div></div><div><p>三、申请</p><p>没有</p></div>"
    )
    assert {"二、主动公开", "无", "三、申请", "没有"} <= set(paragraphs(document))


def test_a_short_page_is_kept_whole() -> None:
    document = page("<nav>首页</nav><p>一、总体情况</p><p>无申请。</p><footer>电话</footer>")
    assert paragraphs(document) == ["首页", "一、总体情况", "无申请。", "电话"]


def test_a_long_imprint_does_not_widen_the_report() -> None:
    document = page(f"<div>{REPORT}<p>{LONG}</p></div><div>{menu(30)}</div><footer><p>网站标识码 {LONG}</p></footer>")
    assert "栏目名称" not in document.text


def test_an_element_wrongly_called_a_menu_loses_nothing() -> None:
    document = page(f"<div class='nav main'>{REPORT}<p>完毕</p></div><div>{menu(30)}</div>")
    assert {"来源：某局", "无。", "完毕"} <= set(paragraphs(document))
    split = page(
        f"<div>{REPORT}<p>{LONG}</p><div class=footer><p>{LONG}</p><p>七、附注</p><p>无附注</p></div></div>{menu(30)}"
    )
    assert paragraphs(split)[-3:] == [LONG, "七、附注", "无附注"]


def test_frames() -> None:
    document = page(f"<iframe srcdoc='&lt;p&gt;{LONG}&lt;/p&gt;'></iframe><iframe src='b.html'></iframe>")
    assert LONG in document.text
    assert [p.code for p in document.problems] == ["frames"]
    with pytest.raises(EmptyFile, match=r"b\.html"):
        read(b"<html><frameset><frame src=b.html></frameset></html>", "a.html")


def test_pictures_in_place_of_tables_are_told() -> None:
    assert [p.code for p in page(f"<p>{LONG}<p><img src=1.png>").problems] == ["pictures"]


def test_a_real_page(shared_reports: Path) -> None:
    document = read((shared_reports / "shanghai2019.html").read_bytes(), "shanghai2019.html")
    assert [(t.rows, t.columns) for t in tables(document)] == [(18, 5), (26, 10), (4, 15)]
    assert [len(t.cells) for t in tables(document)] == [53, 198, 34]
    assert rows(document, 2)[3] == ["5", "", "", "2", "7", "8", "", "", "1", "9", "", "", "", "", ""]
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()


def test_many_cells_are_refused() -> None:
    cells = "<td>1" * 3000
    with pytest.raises(LimitExceeded, match="max_cells"):
        read(f"<table><tr>{cells}</table>".encode(), "a.html", limits=Limits(max_cells=2000))


def test_frames_beside_a_saved_page(tmp_path: Path) -> None:
    folder = tmp_path / "页面"
    (folder / "a_files").mkdir(parents=True)
    (folder / "a_files" / "年报.html").write_bytes(f"<p>{LONG}</p>".encode("gb18030"))
    (tmp_path / "secret.html").write_text("<p>秘密</p>")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    frames = [
        "a_files/%E5%B9%B4%E6%8A%A5.html",
        "../secret.html",
        "link.html",
        "/etc/x.html",
        "http://x/a.html",
        "none.html",
    ]
    data = ("<html><body>" + "".join(f"<iframe src='{f}'></iframe>" for f in frames) + "</body></html>").encode()
    document = read(data, "a.html", beside=folder)
    assert paragraphs(document) == [LONG]
    assert "5 个框架页" in document.problems[0].message


def test_raised_numbers_do_not_join_the_number_before_them() -> None:
    document = page(
        "<p>共12<sup>1</sup>件，面积3m<sup>2</sup>，CO<sub>2</sub>，8<sup>[1]</sup></p>"
        "<table><tr><td>规章<sup>①</sup><td>12<span style='vertical-align: super'>2</span><tr><td>办法<td>3</table>"
    )
    assert paragraphs(document) == ["共12¹件，面积3m²，CO₂，8[1]"]
    assert rows(document) == [["规章①", "12²"], ["办法", "3"]]


@pytest.mark.parametrize(
    "struck", ["<s>7</s>", "<del>7</del>", "<strike>7</strike>", "<span style='text-decoration: line-through'>7</span>"]
)
def test_struck_numbers_stay_apart(struck: str) -> None:
    document = page(f"<table><tr><td>规章<td>{struck}12<tr><td>办法<td>3</table>")
    assert rows(document) == [["规章", "7\u200512"], ["办法", "3"]]


def test_tabs_of_preformatted_text_are_kept() -> None:
    document = page("<pre>规章\t\t3\r\n\t办法\t<b>4</b>  5\n \t \n</pre><p>甲\t乙</p>")
    assert paragraphs(document) == ["规章\t\t3", "\t办法\t4  5", "甲 乙"]


def test_markup_in_a_text_area_is_read_where_the_page_shows_nothing_else() -> None:
    inner = "&lt;p&gt;共12件&lt;/p&gt;&lt;table&gt;&lt;tr&gt;&lt;td&gt;规章&lt;td&gt;1&lt;tr&gt;&lt;td&gt;办法&lt;td&gt;2&lt;/table&gt;"
    document = page(f"<textarea>{inner}</textarea>")
    assert paragraphs(document) == ["共12件"]
    assert rows(document) == [["规章", "1"], ["办法", "2"]]
    shown = page(f"<p>{LONG * 30}</p><textarea>{inner}</textarea>")
    assert paragraphs(shown) == [LONG * 30]
