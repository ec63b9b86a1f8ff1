"""Short labels: the noun phrase beside a number, for `category` and for other:<短标签>."""

from __future__ import annotations

import regex

from pipeline.lexicon.schema.linking import LabelWording
from pipeline.narrative.linkwords import guarded, inorder, signs
from pipeline.narrative.segment import Segmenter
from pipeline.narrative.structure import MASK, Frame, Zone

_QUOTES = str.maketrans("", "", "“”\"'‘’《》「」『』 " + MASK)
_MAX = 12
_NUMBERED = r"[一二三四五六七八九十]+是|第[一二三四五]|\d+[.、）)]|20\d\d年度?"


class Labels:
    """Finds labels by the words of linking.yaml."""

    def __init__(self, wording: LabelWording, others: tuple[str, ...]) -> None:
        self._separator = regex.compile(
            rf"[，,；;。：:、（）()【】\[\]！？]|{inorder(wording.separators)}|(?<=\p{{Han}})和(?=\p{{Han}}{{3,}})"
        )
        self._lead = regex.compile(f"^(?:{_NUMBERED}|{guarded(wording.leads)})+")
        self._tail = regex.compile(f"(?:{inorder(wording.tails)})+$")
        self._verb_tail = regex.compile(
            rf"(?<=\p{{Han}}{{2}})(?<!{inorder(wording.kept)})(?:共?(?:{inorder(wording.verb_tails)}))+$"
            rf"|^(?:{inorder(wording.verbs_alone)})+$"
        )
        self._leading = frozenset(wording.leading)
        self._moves = regex.compile(
            rf"(?:\d+月)?(?:{inorder(wording.moves)})?(?:{inorder(wording.moves_to)})?|{inorder(wording.degrees)}"
        )
        self._general = regex.compile(f"^(?:{inorder(wording.general)})*(?:{inorder(wording.general_nouns)})*$")
        self._plain = regex.compile(f"^(?:{inorder(wording.plain)})*(?:{inorder(wording.plain_nouns)})$")
        self._verbs = regex.compile(f"^.*(?:{inorder(wording.verbs)})(?=.)")
        self._shared = regex.compile(signs(wording.shared))
        self._such = wording.such
        self._others = others

    def bare(self, label: str) -> str:
        """A label without the verb in front of it and all before."""
        rest = self._verbs.sub("", label)
        return self._clean(rest) if rest else label

    def shares(self, text: str, zone: Zone, label: str) -> bool:
        """Whether a label is only the last of several things told together (局务会、党组会 12 次)."""
        at = text.rfind(label, zone.start, zone.core_end)
        return self._such in label or (at - 1 > zone.start and self._shared.match(text, at - 1, at) is not None)

    def is_general(self, label: str) -> bool:
        """Whether a label only says what everything of the kind is called (政府信息, 各类文件)."""
        return self._general.match(label) is not None and not label.startswith(self._others)

    def is_plain(self, label: str) -> bool:
        """Whether a label is only the word for what is published (信息, 推文), which says nothing beside a channel."""
        return self._plain.match(label) is not None

    def phrase(self, frame: Frame, zone: Zone, index: int) -> str:
        """The noun phrase beside a quantity, without leading verbs and trailing fillers; may be empty."""
        quantity = frame.quantities[index]
        if zone.before_noun:
            right = self._clean(self._separator.split(frame.text[quantity.end : zone.right_end], maxsplit=1)[0])
            if right:
                return right
        start = zone.start
        for hit in zone.left:
            if hit.kind == "act" and not self._leading.isdisjoint(hit.terms) and hit.end + 1 < zone.core_end:
                start = hit.end
        left = frame.masked(start, max(zone.core_end, start), frame.levels[index])
        pieces = [piece for piece in self._separator.split(left) if piece.strip(MASK + " ")]
        return self._clean(pieces[-1]) if pieces else ""

    def verb(self, frame: Frame, zone: Zone, index: int) -> str:
        """What stands beside a quantity where no noun does (释疑解惑 393 次)."""
        left = frame.masked(zone.start, max(zone.core_end, zone.start), frame.levels[index])
        pieces = [piece for piece in self._separator.split(left) if piece.strip(MASK + " ")]
        return str(self._tail.sub("", pieces[-1].translate(_QUOTES))) if pieces else ""

    def _clean(self, text: str) -> str:
        text = self._lead.sub("", text.translate(_QUOTES))
        if self._moves.fullmatch(text):
            return ""
        while text:
            shorter = self._tail.sub("", text)
            verbless = self._verb_tail.sub("", shorter) if not shorter.startswith(self._others) else shorter
            if verbless == text:
                break
            text = verbless
        return str(text)


def short(label: str, segmenter: Segmenter) -> str:
    """A label of at most twelve characters: the last whole words of a longer phrase."""
    if len(label) <= _MAX:
        return label
    kept: list[str] = []
    length = 0
    for word in reversed(segmenter.words(label)):
        if length + len(word) > _MAX and kept:
            break
        kept.append(word)
        length += len(word)
    return "".join(reversed(kept))[-_MAX:]
