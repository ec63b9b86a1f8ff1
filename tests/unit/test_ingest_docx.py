# ruff: noqa: E501  (a line of Chinese counts double)
"""Word files: what is shown is read, in order, once."""

from __future__ import annotations

import pytest

from pipeline.errors import DamagedFile, EmptyFile, EncryptedFile, LimitExceeded, ToolMissing, UnsupportedFormat
from pipeline.ingest import Limits, read
from pipeline.ingest.docxnum import printed
from pipeline.model import Document, Paragraph
from tests.ingest_files import docx, grid, p, paragraphs, rows, tables, tbl, tc, zipped


def doc(body: str, **parts: str) -> Document:
    return read(docx(body, **parts), "a.docx")


def test_paragraphs_runs_tabs_and_line_breaks() -> None:
    body = "<w:p><w:r><w:t>共12</w:t></w:r><w:r><w:t>3件</w:t><w:tab/><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>"
    body += '<w:p/><w:p><w:r><w:t xml:space="preserve"> 丙 </w:t><w:br w:type="page"/><w:noBreakHyphen/><w:t>5</w:t></w:r></w:p>'
    assert paragraphs(doc(body)) == ["共123件\t甲", "乙", "丙 -5"]


def test_tables_with_merged_cells() -> None:
    body = p("前") + tbl(
        [tc("甲", '<w:vMerge w:val="restart"/>'), tc("乙", '<w:gridSpan w:val="2"/>')],
        [tc("", "<w:vMerge/>"), tc("1"), tc("")],
        [tc("", '<w:vMerge w:val="continue"/>'), tc("2"), tc("3")],
        [tc("丙"), tc("4"), tc("5")],
    )
    document = doc(body + p("后"))
    assert grid(document) == [
        (0, 0, 3, 1, "甲"), (0, 1, 1, 2, "乙"), (1, 1, 1, 1, "1"), (1, 2, 1, 1, ""),
        (2, 1, 1, 1, "2"), (2, 2, 1, 1, "3"), (3, 0, 1, 1, "丙"), (3, 1, 1, 1, "4"), (3, 2, 1, 1, "5"),
    ]  # fmt: skip
    assert document.text == "前\n甲\t乙\n1\t\n2\t3\n丙\t4\t5\n后\n"
    assert tables(document)[0].kind == "docx"


def test_merges_that_lie() -> None:
    document = doc(
        tbl(
            [tc("", "<w:vMerge/>"), tc("1", '<w:gridSpan w:val="99999999"/>')],
            [tc("甲", "<w:vMerge/>"), tc("2", '<w:gridSpan w:val="-3"/>')],
            [tc("乙", '<w:gridSpan w:val="x"/>'), tc("3", '<w:vMerge w:val="restart"/>')],
        )
    )
    assert rows(document) == [["", "1"], ["2"], ["乙", "3"]]


def test_the_old_way_of_merging_to_the_left() -> None:
    body = tbl(
        [tc("甲", '<w:hMerge w:val="restart"/>'), tc("", '<w:hMerge w:val="continue"/>'), tc("1")],
        [tc("乙"), tc("2"), tc("3")],
    )
    assert grid(doc(body))[0] == (0, 0, 1, 2, "甲")


def test_rows_that_begin_later_keep_their_columns() -> None:
    row = '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + tc("2") + tc("3") + "</w:tr>"
    body = "<w:tbl><w:tr>" + tc("甲") + tc("乙") + tc("丙") + "</w:tr>" + row + "</w:tbl>"
    assert [(r, c, text) for r, c, _, _, text in grid(doc(body))][3:] == [(1, 1, "2"), (1, 2, "3")]


def test_tables_within_tables_and_content_controls() -> None:
    inner = tbl([tc("规章"), tc("1")], [tc("办法"), tc("2")])
    body = "<w:sdt><w:sdtContent>" + p("控件") + tbl([tc(p("左")), tc(p("右") + inner)]) + "</w:sdtContent></w:sdt>"
    document = doc(body)
    assert paragraphs(document) == ["控件", "左", "右"]
    assert rows(document) == [["规章", "1"], ["办法", "2"]]


def test_tracked_changes_are_read_as_accepted() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('共')}<w:del><w:r><w:delText>12</w:delText></w:r></w:del><w:ins>{run.format('34')}</w:ins>"
    )
    body += f"<w:moveFrom>{run.format('56')}</w:moveFrom><w:moveTo>{run.format('件')}</w:moveTo></w:p>"
    assert paragraphs(doc(body)) == ["共34件"]


def test_a_deleted_paragraph_mark_joins_the_paragraphs() -> None:
    assert paragraphs(doc(p("共", "<w:rPr><w:del/></w:rPr>") + p("34件"))) == ["共34件"]
    assert paragraphs(doc(p("共", "<w:rPr><w:del/></w:rPr>"))) == ["共"]


def test_deleted_rows_are_not_read() -> None:
    body = tbl([tc("甲"), tc("1")], [tc("乙"), tc("2")], [tc("丙"), tc("3")])
    body = body.replace(
        "<w:tr><w:tc><w:tcPr></w:tcPr><w:p><w:pPr></w:pPr><w:r><w:t>乙",
        "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>乙",
    )
    assert rows(doc(body)) == [["甲", "1"], ["丙", "3"]]


def test_field_codes_hidden_text_and_comments_are_not_read() -> None:
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    body = (
        "<w:p>" + field.format("begin") + "<w:r><w:instrText> PAGE 99 </w:instrText><w:t>98</w:t></w:r>"
        + field.format("separate") + "<w:r><w:t>第3页</w:t></w:r>" + field.format("end")
        + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>77</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>显</w:t></w:r>"
        + '<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:commentReference w:id="1"/></w:r></w:p>'
    )  # fmt: skip
    assert paragraphs(doc(body)) == ["第3页显链接"]


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('框中12件')}</w:txbxContent>"
    run = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent><w:t>正文</w:t></w:r>"
    )
    assert paragraphs(doc(f"<w:p>{run}</w:p>")) == ["正文", "框中12件"]
    old = f"<w:p><w:r><w:pict><v:textbox>{box}</v:textbox></w:pict><w:t>正文</w:t></w:r></w:p>"
    assert paragraphs(doc(old)) == ["正文", "框中12件"]


def test_headings_by_style_and_outline() -> None:
    styles = (
        '<w:style w:styleId="1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="a"><w:name w:val="x"/>'
        '<w:basedOn w:val="1"/></w:style><w:style w:styleId="t"><w:name w:val="Title"/></w:style>'
    )
    body = (
        p("甲", '<w:pStyle w:val="a"/>')
        + p("乙", '<w:outlineLvl w:val="1"/>')
        + p("丙")
        + p("丁", '<w:pStyle w:val="t"/>')
    )
    levels = [b.heading for b in doc(body, styles=styles).blocks if isinstance(b, Paragraph)]
    assert levels == [1, 2, None, 1]


NUMBERING = (
    '<w:abstractNum w:abstractNumId="5">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:pStyle w:val="b"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="6"/></w:lvlOverride></w:num>'
)


def numbered(text: str, level: int, num: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def test_automatic_numbers_are_rendered() -> None:
    body = (
        numbered("总体情况", 0)
        + numbered("主动公开", 1)
        + numbered("申请", 1)
        + numbered("2021年", 2)
        + numbered("受理", 0)
    )
    body += numbered("监督", 1) + numbered("其他", 0, 2) + numbered("无编号", 0, 0)
    assert paragraphs(doc(body, numbering=NUMBERING)) == [
        "一、总体情况", "（一）主动公开", "（二）申请", "1. 2021年", "二、受理", "（一）监督", "六、其他", "无编号",
    ]  # fmt: skip


def test_automatic_numbers_from_the_style() -> None:
    styles = (
        '<w:style w:styleId="b"><w:name w:val="b"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = p("甲", '<w:pStyle w:val="b"/>') + p("乙", '<w:pStyle w:val="b"/>')
    assert paragraphs(doc(body, numbering=NUMBERING, styles=styles)) == ["（一）甲", "（二）乙"]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (1, "chineseCounting", "一"), (10, "chineseCountingThousand", "十"), (11, "chineseCounting", "十一"),
        (20, "japaneseCounting", "二十"), (101, "chineseCountingThousand", "一百零一"), (110, "chineseCounting", "一百一十"),
        (1010, "chineseCounting", "一千零一十"), (12, "ideographDigital", "一二"), (3, "decimalEnclosedCircle", "③"),
        (3, "decimalEnclosedParen", "⑶"), (12, "decimalFullWidth", "１２"), (4, "upperRoman", "IV"), (28, "lowerLetter", "bb"),
        (12, "chineseLegalSimplified", "拾贰"), (7, "bullet", ""), (7, "unheard of", "7"), (5, "decimalZero", "05"),
        (0, "chineseCounting", "〇"), (10**6, "chineseCounting", "1000000"),
    ],
)  # fmt: skip
def test_number_formats(number: int, form: str, text: str) -> None:
    assert printed(number, form) == text


def test_footnotes_come_last_and_properties_are_hints() -> None:
    footnotes = (
        f'<w:footnote w:type="separator">{p("线")}</w:footnote><w:footnote w:id="2">{p("注：含3件")}</w:footnote>'
    )
    core = "<dc:title>年报</dc:title><dcterms:created>2022-01-05T00:00:00Z</dcterms:created>"
    document = doc(p("正文"), footnotes=footnotes, core=core)
    assert paragraphs(document) == ["正文", "注：含3件"]
    assert document.title == "年报"
    assert ("created", "2022-01-05T00:00:00Z") in document.hints


def test_pictures_and_embedded_objects_are_told() -> None:
    document = doc("<w:p><w:r><w:drawing><a:blip/></w:drawing><w:object/></w:r></w:p>" + p("正文"))
    assert [problem.code for problem in document.problems] == ["pictures", "embedded"]


def test_strict_open_xml() -> None:
    data = docx(p("正文"))
    strict = data.replace(b"", b"")
    assert paragraphs(read(strict, "a.docx")) == ["正文"]
    body = f"<w:document xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main'><w:body>{p('严格')}</w:body></w:document>"
    assert paragraphs(read(zipped({"word/document.xml": body}), "a.docx")) == ["严格"]


def test_broken_word_files() -> None:
    data = docx(p("正文") * 200)
    with pytest.raises(DamagedFile):
        read(data[: len(data) // 2], "a.docx")
    with pytest.raises(DamagedFile):
        read(zipped({"word/document.xml": "<w:document"}), "a.docx")
    with pytest.raises(DamagedFile):
        read(zipped({"word/document.xml": "<a/>"}), "a.docx")
    with pytest.raises(EmptyFile):
        read(docx("<w:p/>"), "a.docx")
    with pytest.raises(UnsupportedFormat):
        read(zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "a.pptx")


def test_encrypted_office_files() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    with pytest.raises(EncryptedFile, match="加密"):
        read(data, "a.docx")


def test_limits_of_word_files() -> None:
    with pytest.raises(LimitExceeded, match="max_cells"):
        read(docx(tbl(*[[tc("1")] * 20] * 20)), "a.docx", limits=Limits(max_cells=100))
    with pytest.raises(LimitExceeded, match="max_part"):
        read(docx(p("正文") * 100), "a.docx", limits=Limits(max_part=1000))


def test_old_word_files_need_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_SOFFICE", "/nonexistent/soffice")
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600)
    with pytest.raises(ToolMissing, match="LibreOffice"):
        read(data, "a.doc")


def test_raised_and_struck_numbers_stay_apart() -> None:
    def run(text: str, properties: str = "") -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    strike, off, both = "<w:strike/>", '<w:strike w:val="0"/>', "<w:dstrike/>"
    raised, lowered = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
    cells = [
        run("12") + run("1", raised),
        run("7", strike) + run("12"),
        run("7", off) + run("12"),
        run("9", both) + run("3", lowered),
    ]
    table = tbl(*[[tc(f"第{number}行"), f"<w:tc><w:p>{cell}</w:p></w:tc>"] for number, cell in enumerate(cells)])
    assert [row[1] for row in rows(doc(table))] == ["12¹", "7\u200512", "712", "9\u2005₃"]
