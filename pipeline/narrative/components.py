"""spaCy parts, so that a pipeline of one's own can hold our numbers and figures.

    import spacy
    from pipeline.narrative.components import make_tokenizer

    nlp = spacy.blank("zh")
    nlp.tokenizer = make_tokenizer(nlp)
    nlp.add_pipe("gongkai_numbers")
    nlp.add_pipe("gongkai_figures", config={"year": 2023})
    doc = nlp("全年公开信息820条，其中网站500条。")
    [(span.text, span.label_, span._.figure.part_of) for span in doc.spans["figures"]]

doc.spans["numbers"] holds every number with its unit (label: canonical unit), doc.spans["figures"] every figure (label:
code). A span covers the words that the mention touches; the figure itself, with exact offsets into doc.text, is in
span._.figure. Importing this module imports spaCy; nothing else in the project does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.vocab import Vocab

from pipeline.lexicon import load
from pipeline.model import Quantity, Report
from pipeline.narrative.reader import ProseReader
from pipeline.narrative.segment import Segmenter, make_segmenter
from pipeline.numbers import NumberReader
from pipeline.text import fold

for _name in ("quantity", "figure"):
    if not Span.has_extension(_name):
        Span.set_extension(_name, default=None)


class WordTokenizer:
    """A spaCy tokenizer over our segmenter. doc.text is the text as given: no blank is added or lost."""

    def __init__(self, vocab: Vocab, segmenter: Segmenter) -> None:
        self.vocab = vocab
        self.segmenter = segmenter

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for word in self.segmenter.words(text):
            if word == " " and words and not spaces[-1]:
                spaces[-1] = True
            else:
                words.append(word)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_kwargs: Any) -> WordTokenizer:
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        """The words come from the lexicon, so there is nothing to write."""

    def from_disk(self, _path: Any, **_: Any) -> WordTokenizer:
        return self


@cache
def _reader() -> ProseReader:
    return ProseReader(load())


@cache
def _numbers() -> NumberReader:
    return NumberReader(load())


def make_tokenizer(nlp: Language) -> WordTokenizer:
    """Our tokenizer for a Language: nlp.tokenizer = make_tokenizer(nlp)."""
    return WordTokenizer(nlp.vocab, make_segmenter(load()))


class Numbers:
    """Puts every number with its unit into doc.spans["numbers"]."""

    def __call__(self, doc: Doc) -> Doc:
        folded = fold(doc.text)
        spans: list[Span] = []
        for item in _numbers().find(folded.text):
            if isinstance(item, Quantity):
                start, end = folded.span(item.start, item.end)
                span = doc.char_span(start, end, label=item.unit or "none", alignment_mode="expand")
                if span is not None:
                    span._.quantity = item
                    spans.append(span)
        doc.spans["numbers"] = SpanGroup(doc, name="numbers", spans=spans)
        return doc


class Figures:
    """Puts every figure into doc.spans["figures"], with its code as label."""

    def __init__(self, year: int | None, form: str | None) -> None:
        self._report = Report(year=year, form=form)

    def __call__(self, doc: Doc) -> Doc:
        spans: list[Span] = []
        for figure in _reader().read_text(doc.text, self._report).figures:
            span = doc.char_span(figure.start, figure.end, label=figure.code, alignment_mode="expand")
            if span is not None:
                span._.figure = figure
                spans.append(span)
        doc.spans["figures"] = SpanGroup(doc, name="figures", spans=spans)
        return doc


def make_numbers(nlp: Language, name: str) -> Numbers:
    """The component gongkai_numbers; it has no settings."""
    return Numbers()


def make_figures(nlp: Language, name: str, year: int | None, form: str | None) -> Figures:
    """The component gongkai_figures. `year` and `form` ("2019", "2021") are those of the report the texts come from."""
    return Figures(year, form)


_SETTINGS: dict[str, Any] = {"year": None, "form": None}
Language.factory("gongkai_numbers", assigns=["doc.spans"], func=make_numbers)
Language.factory("gongkai_figures", default_config=_SETTINGS, assigns=["doc.spans"], func=make_figures)
