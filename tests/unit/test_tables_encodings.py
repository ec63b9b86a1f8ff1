"""The same report in every encoding, with right and wrong declarations, in both scripts: the same cells."""

from __future__ import annotations

import codecs

import pytest

from pipeline import ingest
from pipeline.lexicon import Lexicon
from pipeline.samples.script import traditional
from pipeline.tables import TableReader
from tests.tables_cases import as_text, by_place, laid_out, truth, unread, wrong
from tests.tables_pages import markup, page

SEED = 4
CASES = [
    # (codec of the bytes, mark before them, declared in the page, traditional script)
    ("utf-8", b"", "utf-8", False),
    ("utf-8", codecs.BOM_UTF8, "gb2312", False),
    ("utf-8", b"", "gb2312", False),
    ("utf-8", b"", "big5", True),
    ("gbk", b"", "gb2312", False),
    ("gbk", b"", "utf-8", False),
    ("gb18030", b"", "gb18030", False),
    ("gb18030", b"", "iso-8859-1", False),
    ("gb18030", b"", "big5", False),
    ("gb18030", b"", "nonsense", False),
    ("gb18030", b"", "gbk", True),
    ("big5hkscs", b"", "big5", True),
    ("big5hkscs", b"", "utf-8", True),
    ("big5hkscs", b"", "gb2312", True),
    ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16", False),
    ("utf-16-be", codecs.BOM_UTF16_BE, "utf-8", False),
    ("utf-16-le", b"", "utf-16", False),
    ("utf-16-be", b"", "gb2312", True),
    ("utf-32-le", codecs.BOM_UTF32_LE, "utf-32", False),
]


@pytest.fixture(scope="module")
def reader(lexicon: Lexicon) -> TableReader:
    return TableReader(lexicon)


@pytest.mark.parametrize(("codec", "mark", "declared", "in_traditional"), CASES)
def test_a_page_in_any_encoding(
    reader: TableReader, lexicon: Lexicon, codec: str, mark: bytes, declared: str, in_traditional: bool
) -> None:
    values = truth(lexicon, "2021", SEED, 0.4)
    text = page(laid_out(lexicon, "2021", values), markup).replace("charset=utf-8", f"charset={declared}")
    text = traditional(text) if in_traditional else text
    document = ingest.read(mark + text.encode(codec), "a.html")
    result = reader.read(document)
    assert not document.problems
    assert not wrong(result, values)
    assert not unread(result, values)
    assert ("收到和處理政府信息公開申請" if in_traditional else "收到和处理政府信息公开申请") in document.text
    for cell in result.cells:
        assert document.text[cell.start : cell.end].strip() == cell.printed


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "gb18030", "big5hkscs", "utf-16"])
@pytest.mark.parametrize("style", ["tab rows", "one cell a line, white lines"])
def test_a_text_in_any_encoding(reader: TableReader, lexicon: Lexicon, codec: str, style: str) -> None:
    values = truth(lexicon, "2019", SEED, 0.4)
    text = as_text(laid_out(lexicon, "2019", values), style).text
    if codec in ("gbk", "big5hkscs"):  # they have no no-break space
        text = text.replace("\xa0", "\u3000")
    if codec == "big5hkscs":
        text = traditional(text)
    document = ingest.read(text.encode(codec), "a.txt")
    result = reader.read(document)
    assert document.text == text
    assert not wrong(result, values)
    assert not unread(result, values)


def test_pinyin_between_the_characters(reader: TableReader, lexicon: Lexicon) -> None:
    """As mirrors of sites print it; the text stays as it is, offsets too."""
    values = truth(lexicon, "2021", SEED)
    text = traditional(page(laid_out(lexicon, "2021", values), markup))
    for plain, read in (("開", "kāi"), ("請", "qǐng"), ("務", "wù"), ("規", "guī")):
        text = text.replace(plain, f"{plain}({read})")
    document = ingest.read(text.encode(), "a.html")
    result = reader.read(document)
    assert not wrong(result, values)
    assert not unread(result, values)
    assert "公開(kāi)" in document.text
    received = by_place(result)["t3.received", "total"]
    assert document.text[received.start : received.end] == values["t3.received", "total"]
