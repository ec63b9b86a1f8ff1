"""XLSX → Document: each visible sheet is a table; its long single cells are paragraphs that part it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import groupby

from pipeline.errors import DamagedFile, EmptyFile
from pipeline.ingest.build import CellText, DocumentBuilder
from pipeline.ingest.grid import compact
from pipeline.ingest.kinds import XLSX
from pipeline.ingest.limits import LIMITS, Deadline, Limits, check_cells
from pipeline.ingest.ooxml import Element, Package
from pipeline.ingest.pieces import EDGE
from pipeline.ingest.xlsxformat import BUILT_IN, displayed
from pipeline.ingest.xlsxhidden import Hidden, Merge, Texts, filtered, hidden_columns, is_hidden, leave_out
from pipeline.model import Document

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_PROSE = 60
_MAX_SHEETS = 200


class _Book:
    """What the sheets share: strings, formats, the calendar."""

    def __init__(self, package: Package, workbook: Element, folder: str) -> None:
        strings = package.xml(f"{folder}/sharedStrings.xml")
        self.strings = [] if strings is None else [_rich(item) for item in strings.iterfind(_S + "si")]
        self.formats = _formats(package.xml(f"{folder}/styles.xml"))
        properties = workbook.find(_S + "workbookPr")
        self.date1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.uncalculated = 0
        self.hidden = 0
        """Cells with content in hidden rows and columns."""

    def text(self, cell: Element) -> str:
        """A cell as it is displayed."""
        kind = cell.get("t")
        if kind == "inlineStr":
            inline = cell.find(_S + "is")
            return "" if inline is None else _rich(inline)
        raw = cell.findtext(_S + "v")
        if raw is None:
            self.uncalculated += cell.find(_S + "f") is not None
            return ""
        if kind == "s":
            index = int(raw) if raw.strip().isdecimal() else -1
            return self.strings[index] if 0 <= index < len(self.strings) else ""
        if kind in ("str", "e"):
            return raw
        if kind == "b":
            return "TRUE" if raw.strip() == "1" else "FALSE"
        style = cell.get("s") or "0"
        code = self.formats.get(int(style), "General") if style.isdecimal() else "General"
        return displayed(raw, code, self.date1904)


def _rich(item: Element) -> str:
    """The text of a string item; readings of characters (rPh) left out."""
    return "".join(t.text or "" for t in item.iter(_S + "t") if not _is_reading(t))


def _is_reading(text: Element) -> bool:
    parent = text.getparent()
    return parent is not None and parent.tag == _S + "rPh"


def _formats(root: Element | None) -> dict[int, str]:
    """Index of a cell style → format code."""
    if root is None:
        return {}
    own = {f.get("numFmtId") or "": f.get("formatCode") or "General" for f in root.iter(_S + "numFmt")}
    out: dict[int, str] = {}
    for index, style in enumerate(root.iterfind(f"{_S}cellXfs/{_S}xf")):
        number = style.get("numFmtId") or "0"
        code = own.get(number) or (BUILT_IN.get(int(number)) if number.isdecimal() else None)
        if code:
            out[index] = code[:200]
    return out


def read_xlsx(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """Reads a workbook. Raises DamagedFile, EncryptedFile, EmptyFile, LimitExceeded."""
    package = Package(data, limits)
    main = next((t for k, t in package.relations("").values() if k == "officeDocument"), "xl/workbook.xml")
    workbook = package.xml(main)
    if workbook is None:
        raise DamagedFile("XLSX 中没有工作簿；请用 Excel 或 WPS 另存后再试")
    relations = package.relations(main)
    book = _Book(package, workbook, main.rpartition("/")[0])
    deadline = Deadline(limits)
    builder = DocumentBuilder(limits)
    hidden = 0
    for sheet in list(workbook.iter(_S + "sheet"))[:_MAX_SHEETS]:
        if sheet.get("state") in ("hidden", "veryHidden"):
            hidden += 1
            continue
        _, target = relations.get(sheet.get(_R + "id") or "", ("", ""))
        root = package.xml(target) if target else None
        if root is not None:
            _sheet(root, book, builder, limits, deadline)
    if not builder.blocks:
        unseen = hidden or book.hidden
        raise EmptyFile(
            f"表格文件中没有{'显示出来的' if unseen else ''}内容；请{'取消隐藏' if unseen else '确认文件完整'}"
        )
    if book.hidden:
        builder.problem("hidden_cells", f"有 {book.hidden} 个格在隐藏的行或列中，没有读取；如属年报请取消隐藏")
    if hidden:
        builder.problem("hidden_sheets", f"有 {hidden} 个隐藏的工作表没有读取；如属年报请取消隐藏")
    if book.uncalculated:
        builder.problem(
            "formulas", f"有 {book.uncalculated} 个公式没有计算结果，按空白读取；请用 Excel 打开并保存后再读"
        )
    return builder.document(data, name, XLSX)


def _sheet(root: Element, book: _Book, builder: DocumentBuilder, limits: Limits, deadline: Deadline) -> None:
    """One sheet: runs of rows become tables, rows that hold one long text become paragraphs."""
    texts: Texts = {}
    bare: dict[int, int] = {}
    hidden = Hidden(set(), hidden_columns(root, limits))
    first_filtered, last_filtered = filtered(root)
    count = 0
    last = -1
    for row in root.iterfind(f"{_S}sheetData/{_S}row"):
        number = row.get("r") or ""
        last = int(number) - 1 if number.isdecimal() and len(number) < 9 else last + 1
        if is_hidden(row) and not first_filtered <= last <= last_filtered:
            hidden.rows.add(last)
        column = -1
        for cell in row.iterfind(_S + "c"):
            place = _REF.fullmatch(cell.get("r") or "")
            column = _column(place[1]) if place else column + 1
            text = book.text(cell).strip(EDGE)
            if text:
                texts.setdefault(last, {})[column] = text
                count += 1
                check_cells(count, limits)
            else:
                bare[last] = bare.get(last, 0) + 1
        deadline.check()
    merges = _merges(root, limits)
    book.hidden += leave_out(texts, merges, hidden, limits)
    shown = {r: number for r, number in bare.items() if r not in hidden.rows}
    for r in [r for r in shown if r not in texts and r + 1 not in texts and 2 <= len(texts.get(r - 1, ())) <= shown[r]]:
        texts[r] = {}  # drawn cells without content right below a table are its last row, which is blank
    for prose, group in groupby(sorted(texts), key=lambda r: _is_prose(texts[r])):
        rows = list(group)
        if prose:
            for r in rows:
                for line in next(iter(texts[r].values())).splitlines():
                    builder.paragraph(line.strip(EDGE))
        else:
            cells = _table(rows, texts, merges, limits)
            if cells and all(cell.column == 0 for cell in cells):
                for only in cells:
                    for line in only.text.splitlines():
                        builder.paragraph(line.strip(EDGE))
            else:
                builder.table(cells, "xlsx")


def _is_prose(row: dict[int, str]) -> bool:
    return len(row) == 1 and len(next(iter(row.values()))) > _PROSE


def _table(rows: list[int], texts: Texts, merges: dict[int, list[Merge]], limits: Limits) -> list[CellText]:
    """Every place of the used range gets a cell, blank ones too; covered places none."""
    columns = sorted({c for r in rows for c in texts[r]})
    check_cells(len(rows) * len(columns), limits)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    work = 0
    for top in rows:
        for _, left, bottom, right in merges.get(top, ()):
            down = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
            across = columns[bisect_left(columns, left) : bisect_right(columns, right)]
            if not across or across[0] != left or (top, left) in covered:
                continue
            work += len(down) * len(across)
            check_cells(work, limits)
            spans[top, left] = (bottom - top + 1, right - left + 1)
            covered.update((r, c) for r in down for c in across if (r, c) != (top, left))
    placed = [
        (r, c, *spans.get((r, c), (1, 1)), texts[r].get(c, "")) for r in rows for c in columns if (r, c) not in covered
    ]
    return compact(placed)


def _merges(root: Element, limits: Limits) -> dict[int, list[Merge]]:
    """The merged ranges by their first row."""
    out: dict[int, list[Merge]] = {}
    count = 0
    for merge in root.iterfind(f"{_S}mergeCells/{_S}mergeCell"):
        first, _, second = (merge.get("ref") or "").partition(":")
        a, b = _REF.fullmatch(first), _REF.fullmatch(second)
        if a and b:
            count += 1
            check_cells(count, limits)
            top = int(a[2]) - 1
            out.setdefault(top, []).append((top, _column(a[1]), int(b[2]) - 1, _column(b[1])))
    return out


def _column(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
