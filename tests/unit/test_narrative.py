"""The prose reader beyond single sentences: documents, sections, tables taken, real reports, spaCy, segmenters."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.ingest import read
from pipeline.lexicon import Lexicon
from pipeline.lexicon.schema.linking import Linking
from pipeline.lexicon.schema.prose import Cues
from pipeline.model import Figure, Report
from pipeline.narrative import ProseReader
from pipeline.narrative.context import SEVERAL, joined
from pipeline.narrative.linkwords import compile_linking
from pipeline.narrative.reader import document_of
from pipeline.narrative.segment import JiebaSegmenter, RjiebaSegmenter, user_words
from pipeline.narrative.sentences import Line, Offsets, sentences, taken
from pipeline.narrative.structure import Fillers
from pipeline.sections import SectionFinder
from pipeline.text import fold

SPECS = Path(__file__).parents[1] / "specs" / "prose"
TEXTS = [case["text"] for file in sorted(SPECS.glob("*.json")) for case in json.loads(file.read_text("utf-8"))]


@pytest.fixture(scope="session")
def reader(lexicon: Lexicon) -> ProseReader:
    return ProseReader(lexicon)


# -- lines and sentences


def test_line_drops_blanks_and_finds_the_way_back() -> None:
    text = "前文\n公开 信息\n１２ 条，\u200b微信 3 条"
    folded = fold(text)
    line = Line(folded, 0, len(folded.text))
    assert line.text == "前文公开信息12条，微信3条"
    at = line.text.index("12条")
    start, end = line.span(at, at + 3)
    assert text[start:end] == "１２ 条"
    at = line.text.index("3条")
    start, end = line.span(at, at + 2)
    assert text[start:end] == "3 条"


def test_blank_between_digits_stays() -> None:
    folded = fold("2021 30 号")
    assert Line(folded, 0, len(folded.text)).text == "2021 30号"


def test_sentences_do_not_end_inside_brackets_or_titles() -> None:
    text = "收到3件（均为网上申请。）并答复。发布《好！年报》2期。完"
    assert [text[a:b] for a, b in sentences(text)] == [
        "收到3件（均为网上申请。）并答复。",
        "发布《好！年报》2期。",
        "完",
    ]


def test_offsets_go_through_dropped_characters() -> None:
    text = "主\u200b动\u200b公开"
    folded = fold(text)
    assert folded.text == "主动公开"
    assert [Offsets(folded).folded(text.index(c)) for c in "主动公"] == [0, 1, 2]


def test_taken_spans_are_cut_out() -> None:
    assert taken([(2, 4), (6, 20)], 0, 10) == [(0, 2), (4, 6)]
    assert taken([], 3, 5) == [(3, 5)]
    assert taken([(0, 9)], 3, 5) == []


def test_fillers_are_cut_off_the_end(lexicon: Lexicon) -> None:
    fillers = Fillers(lexicon.one(Cues).fillers, compile_linking(lexicon.one(Linking)).phrase)
    text = "信息总数共计达到"
    assert text[: fillers.core_end(text, 0, len(text))] == "信息"
    assert fillers.core_end("共计", 0, 2) == 0


def test_channels_join_to_at_most_two() -> None:
    assert joined(["website", "gazette"]) == "website+gazette"
    assert joined(["website", "wechat", "weibo"]) == SEVERAL
    assert joined(["website", "wechat", "press", "board"]) == SEVERAL


# -- documents


def test_tables_are_not_read(reader: ProseReader) -> None:
    text = "公开信息12条。\n受理申请99件。\n举办培训3次。"
    start = text.index("受理")
    result = reader.read(document_of(text), (), [(start, start + 8)])
    assert [f.mention for f in result.figures] == ["12条", "3次"]


def test_section_and_heading_give_context(reader: ProseReader, lexicon: Lexicon) -> None:
    text = "某县2023年年度报告\n一、总体情况\n公开信息12条。\n三、收到和处理政府信息公开申请情况\n收到8件，办结7件。"
    document = document_of(text)
    sections = SectionFinder(lexicon).find(document)
    result = reader.read(document, sections, (), Report(year=2023))
    assert [(f.code, f.section) for f in result.figures] == [
        ("disclosure.items", 1), ("t3.received", 3), ("t3.handled", 3),
    ]  # fmt: skip


def test_sub_heading_gives_the_thing(reader: ProseReader) -> None:
    result = reader.read_text("（二）依申请公开情况\n全年收到6件，已全部办结。")
    assert [f.code for f in result.figures] == ["t3.received"]
    assert [(c.kind, c.figures) for c in result.claims] == [("all_closed", (0,))]


def test_nothing_is_lost(reader: ProseReader) -> None:
    text = "本报告由六部分组成。联系电话：0571-12345678。2023年公开信息12条，五公开工作有序推进，有三个方面的不足。"
    result = reader.read_text(text, Report(year=2023))
    spans = [(x.start, x.end) for x in (*result.figures, *result.unread)]
    for match in re.finditer(r"\d+", text):
        assert any(a <= match.start() and match.end() <= b for a, b in spans), match[0]


def test_plans_are_no_figures(reader: ProseReader, lexicon: Lexicon) -> None:
    text = "一、总体情况\n举办培训2次。\n五、存在的主要问题及改进情况\n下一步将举办培训4次。"
    document = document_of(text)
    result = reader.read(document, SectionFinder(lexicon).find(document), (), Report(year=2023))
    assert [f.mention for f in result.figures] == ["2次"]
    assert [(u.text, u.reason) for u in result.unread] == [("4次", "plan")]


def test_indexes_follow_the_order_of_the_text(reader: ProseReader) -> None:
    result = reader.read_text("网站公开500条，微信公开320条，共计820条。\n收到申请9件，其中网上申请4件。")
    by_mention = {f.mention: n for n, f in enumerate(result.figures)}
    assert result.figures[by_mention["500条"]].part_of == by_mention["820条"]
    assert result.figures[by_mention["4件"]].part_of == by_mention["9件"]


def test_reading_twice_gives_the_same(reader: ProseReader) -> None:
    text = "\n".join(TEXTS)
    assert reader.read_text(text) == reader.read_text(text)


# -- segmenters and spaCy


def test_segmenters_agree(lexicon: Lexicon) -> None:
    words = user_words(lexicon)
    slow, fast = JiebaSegmenter(words), RjiebaSegmenter(words)
    for text in TEXTS:
        assert fast.words(text) == slow.words(text)


def test_spacy_components() -> None:
    spacy = pytest.importorskip("spacy")
    from pipeline.narrative.components import make_tokenizer

    nlp = spacy.blank("zh")
    nlp.tokenizer = make_tokenizer(nlp)
    nlp.add_pipe("gongkai_numbers")
    nlp.add_pipe("gongkai_figures", config={"year": 2023})
    text = "全年公开信息820条， 其中网站500条、微信320条。"
    doc = nlp(text)
    assert doc.text == text
    assert [(span.text, span.label_) for span in doc.spans["numbers"]] == [
        ("820条", "条"),
        ("500条", "条"),
        ("320条", "条"),
    ]
    assert [span.label_ for span in doc.spans["figures"]] == ["disclosure.items"] * 3
    assert [span._.figure.part_of for span in doc.spans["figures"]] == [None, 0, 0]


# -- real reports

REPORTS = {
    "haining2020": ("haining2020.txt", 2020, 1.0, 0),
    "shanghai2019": ("shanghai2019.html", 2019, 0.95, 2),
    "hongze2023": ("hongze2023.pdf", 2023, 1.0, 0),
}


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _same_place(figure: Figure, text: str, gold: dict[str, str]) -> bool:
    before = _bare(text[max(0, figure.start - 200) : figure.start])
    return _bare(figure.mention) == gold["mention"] and before.endswith(gold["ctx"])


@pytest.mark.parametrize("name", REPORTS)
def test_real_report(name: str, reader: ProseReader, lexicon: Lexicon, shared_reports: Path) -> None:
    from pipeline.tables import TableReader

    file, year, least, most_extra = REPORTS[name]
    document = read((shared_reports / file).read_bytes(), file)
    spans = TableReader(lexicon).read(document).spans
    sections = SectionFinder(lexicon).find(document, spans)
    assert [s.number for s in sections if s.number] == [1, 2, 3, 4, 5, 6]
    result = reader.read(document, sections, spans, Report(year=year))
    gold = json.loads((shared_reports / f"{name}.figures.json").read_text("utf-8"))
    used: set[int] = set()
    right = 0
    for wanted in gold["figures"]:
        places = [n for n, f in enumerate(result.figures) if n not in used and _same_place(f, document.text, wanted)]
        codes = {wanted["code"], *wanted.get("alt", ())}
        places.sort(key=lambda n: result.figures[n].code not in codes)
        if not places:
            continue
        used.add(places[0])
        figure = result.figures[places[0]]
        other = figure.code.startswith("other:") and any(code.startswith("other:") for code in codes)
        if wanted.get("measure"):
            right += figure.measure == wanted["measure"] and abs(figure.value) == Decimal(str(wanted["value"]))
        else:
            right += (figure.code in codes or other) and figure.value == Decimal(str(wanted["value"]))
    assert right >= least * len(gold["figures"])
    border = gold.get("borderline", [])
    extra = [
        f for n, f in enumerate(result.figures)
        if n not in used and not any(_same_place(f, document.text, wanted) for wanted in border)
    ]  # fmt: skip
    assert len(extra) <= most_extra, [(f.before, f.mention, f.code) for f in extra]
    assert not {_bare(f.mention) for f in result.figures} & set(gold.get("not_figures", ()))
