"""One report as a page of its own: the source with every cell and figure marked, its verdicts beside it.

The page is a single file without outside references; it can be mailed. Everything from the report is escaped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from html import escape

from pipeline.explain.names import (
    CAUSE_UNKNOWN,
    COLUMNS,
    HOW,
    REASONS,
    SEVERITY,
    STATES,
    VERDICTS,
    figure_details,
    mend,
    place,
)
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.core import Indicator
from pipeline.model import Cell, DocumentResult, Finding, GridCell, Paragraph, RawTable
from pipeline.output import number

Marks = dict[tuple[int, int], list[tuple[str, str, str]]]
"""Span → (id, class, title) of everything that was found exactly there."""

WORST = {"differs": 0, "not_assessable": 1, "agrees_if_blank_zero": 2, "not_comparable": 3, "agrees": 4}


def page(result: DocumentResult, lexicon: Lexicon) -> str:
    """The page as HTML text."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("pipeline.explain"), autoescape=True)
    names = {row.code: row.name for row in lexicon.rows(Indicator)}
    findings = sorted(enumerate(result.findings), key=lambda pair: (WORST[pair[1].verdict], pair[0]))
    return environment.get_template("page.html.j2").render(
        report=result.report,
        source=result.document.source,
        body=_Body(result, names).html(),
        findings=[_card(i, f, result, names) for i, f in findings],
        counts={v: sum(f.verdict == v for f in result.findings) for v in WORST},
        verdicts=VERDICTS,
        problems=result.problems,
        cells=len(result.cells),
        figures=len(result.figures),
        unread=len(result.unread),
    )


def sheet(results: Sequence[DocumentResult], lexicon: Lexicon) -> str:
    """What does not hold in some reports as one page to print or hand on, worst first."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("pipeline.explain"), autoescape=True)
    names = {row.code: row.name for row in lexicon.rows(Indicator)}
    reports = []
    for result in results:
        told = [f for f in enumerate(result.findings) if f[1].verdict == "differs" or
                (f[1].severity != "info" and not f[1].verdict.startswith("agrees"))]  # fmt: skip
        told.sort(key=lambda pair: (WORST[pair[1].verdict], pair[1].severity != "error", pair[0]))
        reports.append({
            "report": result.report,
            "source": result.document.source,
            "problems": result.problems,
            "findings": [
                _card(i, f, result, names) | {"column": COLUMNS.get(f.column or "", "")} for i, f in told
            ],
            "differs": sum(f.verdict == "differs" for f in result.findings),
            "agrees": sum(f.verdict.startswith("agrees") for f in result.findings),
        })  # fmt: skip
    return environment.get_template("sheet.html.j2").render(reports=reports)


def _card(index: int, finding: Finding, result: DocumentResult, names: dict[str, str]) -> dict[str, object]:
    """What the template shows of one finding."""
    told = finding.left is not None and finding.left.text in finding.explanation
    return {
        "id": f"v{index}",
        "check": finding.check,
        "name": names.get(finding.code, finding.code),
        "verdict": finding.verdict,
        "verdict_name": VERDICTS[finding.verdict],
        "how": HOW.get(finding.how or "", ""),
        "severity": SEVERITY[finding.severity],
        # The explanation mostly writes both sides out; said once is enough.
        "left": finding.left.text if finding.left and not told else "",
        "right": finding.right.text if finding.right and not told else "",
        "difference": number(finding.difference),
        "explanation": finding.explanation,
        "cause": _cause(finding),
        "mend": mend(finding),
        "place": place(finding, result),
        "targets": " ".join(_targets(finding, result)),
        "first": next(_targets(finding, result), ""),
    }


def _cause(finding: Finding) -> str:
    """The likely cause, unless the explanation is nothing else."""
    if finding.cause and finding.cause in finding.explanation:
        return ""
    return finding.cause or (CAUSE_UNKNOWN if finding.verdict == "differs" else "")


def _targets(finding: Finding, result: DocumentResult) -> Iterator[str]:
    cells = {(c.code, c.column): i for i, c in enumerate(result.cells)}
    for evidence in finding.evidence:
        if evidence.kind == "figure" and evidence.index is not None:
            figure = result.figures[evidence.index]
            yield f"t{figure.start}-{figure.end}"
        elif evidence.kind == "text":
            yield f"t{evidence.start}-{evidence.end}"
        elif (found := cells.get((evidence.code or "", evidence.column))) is not None:
            yield f"c{found}"


class _Body:
    """The source as HTML, marked."""

    def __init__(self, result: DocumentResult, names: dict[str, str]) -> None:
        self.result = result
        self.text = result.document.text
        self.marks: Marks = {}
        for figure in result.figures:
            title = f"{names.get(figure.code, figure.code)} {figure_details(figure)}"
            self._mark(figure.start, figure.end, f"t{figure.start}-{figure.end}", "figure", title)
        for unread in result.unread:
            title = f"不计为数据：{REASONS.get(unread.reason, unread.reason)}"
            self._mark(unread.start, unread.end, "", "unread", title)
        self.cells = {(c.start, c.end): (i, c) for i, c in enumerate(result.cells) if c.start < c.end}
        self.blank = {c.start: (i, c) for i, c in enumerate(result.cells) if c.start == c.end}
        self.names = names
        for span, (index, cell) in self.cells.items():
            self._mark(*span, f"c{index}", f"cell {cell.state}", self._cell_title(cell))
        for finding in result.findings:
            for evidence in finding.evidence:
                if evidence.kind == "text" and evidence.start is not None and evidence.end is not None:
                    span = (evidence.start, evidence.end)
                    if not any(i == f"t{span[0]}-{span[1]}" for i, _, _ in self.marks.get(span, [])):
                        self._mark(*span, f"t{span[0]}-{span[1]}", "claim", "被核对的说法")
        self.starts = sorted(self.marks)

    def _mark(self, start: int, end: int, name: str, kind: str, title: str) -> None:
        self.marks.setdefault((start, end), []).append((name, kind, title))

    def _cell_title(self, cell: Cell) -> str:
        value = "" if cell.value is None else f" = {number(cell.value)}{cell.unit}"
        return f"{self.names.get(cell.code, cell.code)}{value}（{STATES[cell.state]}）"

    def html(self) -> str:
        return "\n".join(
            self._paragraph(block) if isinstance(block, Paragraph) else self._table(block)
            for block in self.result.document.blocks
        )

    def _paragraph(self, block: Paragraph) -> str:
        tag = "h3" if block.heading else "p"
        return f"<{tag}>{self._marked(block.start, block.end)}</{tag}>"

    def _table(self, table: RawTable) -> str:
        rows: list[list[str]] = [[] for _ in range(table.rows)]
        for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
            rows[cell.row].append(self._td(cell))
        return "<table>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>"

    def _td(self, cell: GridCell) -> str:
        spans = f' rowspan="{cell.rowspan}"' * (cell.rowspan > 1) + f' colspan="{cell.colspan}"' * (cell.colspan > 1)
        if cell.start == cell.end and cell.start in self.blank:
            index, blank = self.blank[cell.start]
            return f'<td{spans} id="c{index}" class="{blank.state}" title="{escape(self._cell_title(blank))}"></td>'
        return f"<td{spans}>{self._marked(cell.start, cell.end)}</td>"

    def _marked(self, start: int, end: int) -> str:
        """The text of a span with its marks; a mark that overlaps one before it is left out of the colouring."""
        pieces: list[str] = []
        at = start
        for span in self.starts[bisect_left(self.starts, (start, start)) :]:
            if span[0] >= end:
                break
            if span[0] < at or span[1] > end or span[0] == span[1]:
                continue
            found = self.marks[span]
            name = next((n for n, _, _ in found if n), "")
            title = "；".join(dict.fromkeys(t for _, _, t in found))
            kinds = " ".join(dict.fromkeys(k for _, k, _ in found))
            identity = f' id="{name}"' if name else ""
            pieces.append(escape(self.text[at : span[0]]))
            inner = escape(self.text[span[0] : span[1]])
            pieces.append(f'<mark{identity} class="{kinds}" title="{escape(title)}" tabindex="0">{inner}</mark>')
            at = span[1]
        pieces.append(escape(self.text[at:end]))
        return "".join(pieces)
