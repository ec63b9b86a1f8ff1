"""The corpus generator: consistent truth, gold that stands in the text, every shape, faults that are what they say."""

from __future__ import annotations

import ast
import html
import io
import itertools
import json
import random
import re
import statistics
import tarfile
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

import pipeline.samples as samples
from pipeline.samples import context, forms, grid, markup, places, prose, script, templates, templates_more
from pipeline.samples.compose import one, printed
from pipeline.samples.draft import Draft
from pipeline.samples.faults import failing

PACKAGE = Path(samples.__file__).parent
QUICK = [name for name in samples.SHAPES if name not in (*samples.PICTURED, *samples.OLD_OFFICE)]
FAMILIES = [
    family
    for group in (
        templates.ACTIVE,
        templates.REQUESTS,
        templates_more.MANAGEMENT,
        templates_more.PLATFORM,
        templates_more.SUPERVISION,
    )
    for family in group.values()
]


def test_the_generator_imports_nothing_else_of_the_pipeline() -> None:
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = [n for n in names if n.startswith("pipeline") and not n.startswith("pipeline.samples")]
            assert not foreign, path.name


def test_forms_have_as_many_cells_as_the_published_ones() -> None:
    assert len(forms.keys("2019")) == 198
    assert len(forms.keys("2021")) == 200


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_grids_are_rectangles_that_print_every_cell_once(form: str) -> None:
    keys = []
    for table in (grid.table2(form), grid.table3(form), grid.table4()):
        area = sum(box.colspan * box.rowspan for row in table for box in row)
        assert area == len(table) * grid.width(table)
        keys += [box.key for row in table for box in row if box.key]
    assert sorted(keys, key=str) == sorted(forms.keys(form), key=str)


@pytest.mark.parametrize("number", range(0, 400, 7))
def test_tables_of_the_truth_add_up(number: int) -> None:
    truth = one(number, gold=False).truth
    assert failing(dict(truth.meant), truth.form) == ()
    assert failing(truth.cells, truth.form) == ()
    assert all(value >= 0 for key, value in truth.meant.items() if not key[0].endswith("items_change"))
    assert set(truth.cells) == set(forms.keys(truth.form))


@pytest.mark.parametrize("organ", range(12))
def test_the_years_of_an_organ_follow_from_each_other(organ: int) -> None:
    years = [one(organ * len(samples.YEARS) + i, gold=False).truth for i in range(len(samples.YEARS))]
    for before, after in itertools.pairwise(years):
        assert before.organ == after.organ
        for column in forms.COLUMNS:
            assert before.meant["t3.carried_out", column] == after.meant["t3.carried_in", column]
        assert after.last["received"] == before.meant["t3.received", "total"]
        if after.form == "2021":
            change = after.meant["t2.normative.issued", None] - after.meant["t2.normative.repealed", None]
            assert after.meant["t2.normative.in_force", None] == after.last["in_force"] + change


def test_a_large_corpus_has_many_organs_of_all_kinds() -> None:
    organs = [places.organ(n) for n in range(0, places.capacity(), 13)]
    assert places.capacity() * len(samples.YEARS) > 130_000
    assert len({o.name for o in organs}) > len(organs) * 0.99
    assert {o.kind for o in organs} >= {"government", "department", "township", "subdistrict", "zone"}
    assert all(re.fullmatch(r"\d{6}", o.region_code) for o in organs)


def test_there_are_many_templates_and_each_parses() -> None:
    texts = [text for family in FAMILIES for _, text in family]
    assert len(texts) >= 120
    codes = {code for text in texts for piece in markup.parse(text) for code in piece.codes}
    assert len(codes) > 90
    for text in texts:
        attributes = [dict(piece.attributes) for piece in markup.parse(text)]
        named = {a["id"] for a in attributes if "id" in a}
        assert {a["in"] for a in attributes if "in" in a} <= named, text


def test_every_template_can_be_used_by_some_report() -> None:
    used: set[str] = set()
    wanted = {text for family in FAMILIES for _, text in family}
    for number in range(0, 4000, 9):
        truth = one(number, gold=False).truth
        facts, words = context.build(truth, random.Random(number))
        for family in FAMILIES:
            for text in prose.fitting(family, facts):
                if text not in used:
                    markup.Prose().add(text, words)
                    used.add(text)
        if used == wanted:
            break
    assert used == wanted


@pytest.mark.parametrize("number", range(0, 60))
def test_every_figure_stands_in_the_prose_with_its_value(number: int) -> None:
    made = one(number)
    text = "\n".join(block.text for block in made.draft.blocks)
    assert made.prose.figures
    for row in made.prose.figures:
        assert row["ctx"] + row["mention"] in text, row
    for mention in made.prose.not_figures:
        assert mention in text


@pytest.mark.parametrize("number", range(0, 200, 3))
def test_restated_lines_equal_their_cells(number: int) -> None:
    made = one(number)
    checked = 0
    for row in made.prose.figures:
        column = row.get("column", "total") if row["code"].startswith("t3.") else None
        key = (row["code"], column)
        if row.get("period") == "last_year":
            assert row["value"] == made.truth.last["received"]
        elif row.get("measure", "level") == "level" and key in made.truth.meant:
            assert row["value"] == made.truth.meant[key], row
            checked += 1
    assert checked


@pytest.mark.parametrize("number", range(0, 200, 3))
def test_stated_shares_are_right(number: int) -> None:
    made = one(number)
    base = made.truth.meant["t3.handled", "total"]
    for row in made.prose.figures:
        if row.get("measure") == "share" and row["code"] in ("t3.granted",):
            share = Decimal(100 * made.truth.meant["t3.granted", "total"]) / Decimal(base)
            assert abs(Decimal(str(row["value"])) - share) <= Decimal("0.051")


def test_codes_are_those_of_the_lexicon() -> None:
    listed = (Path(__file__).parents[2] / "lexicons" / "indicators.csv").read_text(encoding="utf-8")
    known = {line.split(",")[0] for line in listed.splitlines() if not line.startswith("#")}
    used = {code for family in FAMILIES for _, text in family for p in markup.parse(text) for code in p.codes}
    assert not {code for code in used - known if not code.startswith("other:")}
    assert set(forms.codes2("2019")) | set(forms.codes2("2021")) | set(forms.codes4()) <= known
    assert {line.code for form in ("2019", "2021") for line in forms.lines3(form)} <= known


def readable(written: samples.Written) -> str:
    """The text of a file of any shape, without white space and tags."""
    if written.beside:
        files = [written._replace(name=name, data=content, beside={}) for name, content in written.beside.items()]
        return "".join(map(readable, [written._replace(beside={}), *files]))
    data = written.data
    if written.name.endswith(".tar.gz"):
        with tarfile.open(fileobj=io.BytesIO(data)) as package:
            data = b"".join(file.read() for entry in package if (file := package.extractfile(entry)))
    if written.name.endswith(".pdf"):
        pages = pypdfium2.PdfDocument(data)
        text = "".join(pages[i].get_textpage().get_text_bounded() for i in range(len(pages)))
        return re.sub(r"\s|- \d+ -", "", text)
    if written.name.endswith((".docx", ".xlsx", ".zip")):
        zipped = zipfile.ZipFile(io.BytesIO(data))
        assert zipped.testzip() is None
        data = b"".join(zipped.read(n) for n in zipped.namelist() if n.endswith((".xml", ".html")))
    if written.name.endswith(".mhtml"):
        import email

        message = email.message_from_bytes(data)
        data = next(p for p in message.walk() if p.get_content_type() == "text/html").get_payload(decode=True)
    for encoding in ("utf-8", "gb18030" if "big5" not in written.shape else "big5"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if written.name.endswith(".txt"):
        return re.sub(r"\s", "", text)
    return re.sub(r"\s", "", html.unescape(re.sub(r"(?s)<style.*?</style>|<!--.*?-->|<[^>]*>", "", text)))


@pytest.mark.parametrize("shape", QUICK)
@pytest.mark.parametrize("number", [2, 33])
def test_every_shape_shows_the_prose_and_the_numbers(shape: str, number: int) -> None:
    written = samples.report(number, shapes=[shape])
    text = readable(written)
    gold = samples.truth(written)
    for row in gold["figures"]["figures"]:
        assert row["ctx"] + row["mention"] in text, row
    label = "四、结转下年度继续办理"
    assert (script.traditional(label) if samples.SHAPES[shape].traditional else label) in text


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    for shape in QUICK:
        assert samples.report(5, shapes=[shape]).data == samples.report(5, shapes=[shape], gold=False).data
    assert samples.report(5).data != samples.report(5, seed=2).data


def test_a_corpus_is_mostly_text_and_pages_with_long_prose() -> None:
    made = [samples.report(n, gold=False) for n in range(150)]
    light = sum(w.shape.startswith(("html", "text")) for w in made)
    assert light >= len(made) / 2
    assert {"docx", "pdf"} <= {w.shape for w in made}
    lengths = [sum(len(b.text) for b in w.made.draft.blocks if b.kind != "table") for w in made]
    assert statistics.median(lengths) >= 3000


def test_corpus_on_disk(tmp_path: Path) -> None:
    run = samples.generate(tmp_path, 12, faults=True, with_truth=True)
    paths = []
    while True:
        try:
            paths.append(next(run))
        except StopIteration as end:
            summary = end.value
            break
    assert len(paths) == summary.reports == 12
    assert summary.size == sum(p.stat().st_size for p in paths)
    for path in paths:
        gold = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
        assert gold["tables"]["source"] == path.name
        assert gold["fault"]["kind"] in samples.KINDS
        assert [(r["code"], r["column"]) for r in gold["tables"]["cells"]] == list(forms.keys(gold["tables"]["form"]))


def test_unknown_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="没有这种样例形态：wordstar"):
        samples.report(1, shapes=["wordstar"])


def test_every_kind_of_fault_is_planted_and_told() -> None:
    seen: Counter[str] = Counter()
    for number in range(220):
        written = samples.report(number, shapes=["text-tabs"], faults=True)
        fault = written.fault
        assert fault
        seen[fault.kind] += 1
        clean = one(number)
        if fault.row["where"] == "prose":
            assert written.made.draft.cells == clean.draft.cells
            assert fault.verdicts
            for row in fault.verdicts:
                assert row["ctx"] + row["statement"] in "\n".join(written.made.prose.paragraphs)
                assert row["left"] != row["right"]
        else:
            assert written.made.prose.figures == clean.prose.figures
            changed = {k for k, v in written.made.draft.cells.items() if clean.draft.cells[k] != v}
            assert changed == {(r["code"], r["column"]) for r in fault.row["cells"]}
            broken = failing(written.made.truth.cells, written.made.truth.form)
            assert [{k: v for k, v in e.items() if k != "note"} for e in fault.errors] == list(broken)
    assert len(samples.KINDS) >= 12
    assert set(seen) == set(samples.KINDS)


@pytest.mark.parametrize(
    ("mention", "value", "unit", "bound"),
    [
        ("11483条", "11483", "条", "exact"),
        ("1,113件", "1113", "件", "exact"),
        ("１２３条", "123", "条", "exact"),
        ("3.2万余次", "32000", "次", "approx"),
        ("1.3亿余条", "130000000", "条", "approx"),
        ("350余万", "3500000", "", "approx"),
        ("90%以上", "90", "%", "min"),
        ("百分之九十五", "95", "%", "exact"),
        ("九成以上", "90", "%", "min"),
        ("二十三件", "23", "件", "exact"),
        ("第3名", "3", "名", "exact"),
        ("3个百分点", "3", "百分点", "exact"),
        ("10万元", "100000", "元", "exact"),
        ("14件次", "14", "件", "exact"),
    ],
)
def test_mentions_are_read_to_values(mention: str, value: str, unit: str, bound: str) -> None:
    assert markup.read(mention) == (Decimal(value), unit, bound)


@pytest.mark.parametrize("value", range(100))
def test_spelt_numbers_read_back(value: int) -> None:
    assert markup.chinese(markup.spell(value)) == value


def test_markup_keeps_wholes_shares_and_absences() -> None:
    collected = markup.Prose()
    text = collected.add(
        "收到{$n件|t3.received|id=a}，其中网上{2件|requests.received.online|in=a}，{未收取|fee.collected|z}费用。",
        {"n": "7"},
    )
    assert text == "收到7件，其中网上2件，未收取费用。"
    whole, part, none = collected.figures
    assert (whole["value"], part["part_of"], none["value"], none["unit"]) == (7, "7件", 0, "元")
    assert part["ctx"] == "收到7件，其中网上"


@pytest.mark.parametrize("template", ["收到{3件|t3.received", "收到3件}"])
def test_a_brace_left_open_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="花括号"):
        markup.parse(template)


@pytest.mark.parametrize(
    ("key", "value", "signed", "text"),
    [
        (("t2.penalty.items_change", None), -403, "words", "减403"),
        (("t2.penalty.items_change", None), 20, "plus", "+20"),
        (("t2.penalty.items_change", None), 0, "words", "0"),
        (("t2.procurement.amount", None), 386000, "words", "386000元"),
        (("t2.fees.amount", None), Decimal("14236.85"), "minus", "14236.85"),
        (("t3.received", "natural"), None, "minus", ""),
    ],
)
def test_cells_print_as_publishers_print_them(
    key: forms.Key, value: int | Decimal | None, signed: str, text: str
) -> None:
    assert printed(key, value, signed) == text


def test_scans_have_no_text_but_the_look_of_the_page() -> None:
    scan = pytest.importorskip("pipeline.samples.scan")
    pytest.importorskip("PIL", reason="scans need Pillow, which comes with the extra ocr")
    try:
        scan.font_file()
    except FileNotFoundError as missing:
        pytest.skip(f"scans need a Chinese font: {missing}")
    draft: Draft = one(1).draft
    pages = pypdfium2.PdfDocument(scan.scanned(draft, random.Random(1)))
    assert pages[0].get_textpage().count_chars() == 0
    dark = pages[0].render(scale=0.5).to_numpy()
    assert (dark < 128).mean() > 0.005
