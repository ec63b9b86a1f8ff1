"""A text without its white space, and the way between both: gold quotes mentions and contexts that way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator


class Plain:
    """The text without white space; `kept[i]` is the original offset of its character i."""

    def __init__(self, text: str) -> None:
        self.kept = [i for i, c in enumerate(text) if not c.isspace()]
        self.text = "".join(text[i] for i in self.kept)

    def offset(self, original: int) -> int:
        """Where an original offset falls in the plain text."""
        return bisect_left(self.kept, original)

    def common_before(self, original: int, context: str) -> int:
        """How many characters before a place are those at the end of `context`."""
        at = self.offset(original)
        common = 0
        for ours, theirs in zip(reversed(self.text[max(0, at - len(context)) : at]), reversed(context), strict=False):
            if ours != theirs:
                break
            common += 1
        return common

    def places(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Original spans of every occurrence of a text without white space."""
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            yield self.kept[at], self.kept[at + len(wanted) - 1] + 1
            at = self.text.find(wanted, at + 1)
