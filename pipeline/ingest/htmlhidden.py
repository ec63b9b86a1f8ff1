"""What a page does not show: elements hidden by their own attributes, and by the rules of its <style> elements.

Of style sheets only what display and visibility need is read: rules with their media, specificity and order. A rule
hides where it holds on a wide screen without conditions and its selector is plain; a rule shows again where it may
hold at all. What is not understood hides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from pipeline.ingest.limits import Deadline, Limits

Node = Any

_MAY_HIDE = ("none", "hidden", "mso-hide", "NONE", "HIDDEN", "MSO-HIDE", "None", "Hidden")
"""Nothing is hidden on a page that holds none of these: a quick test before all others."""
_ATTRIBUTES = "[hidden],[style*=none i],[style*=hidden i],[style*=mso-hide i]"
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_IN_SHEET = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_LONGEST = 5000
_MAX_RULES = 300
"""Rules of each kind that are applied; more are left out (which shows more, not less)."""
_MOST_RULES = 10_000
"""Pages with more rules on these two properties hide nothing by them."""

Weight = tuple[bool, int, int, int, int]
"""!important, then ids, classes and types of the selector, then the order in the sheets: the greater wins."""


class Rule(NamedTuple):
    """One selector with what it says of `property` ("display", "visibility"). `sure`: it holds without conditions."""

    selector: str
    property: str
    hides: bool
    weight: Weight
    sure: bool


def hidden_nodes(text: str, parser: LexborHTMLParser, limits: Limits, *, sheets: bool) -> tuple[frozenset[int], bool]:
    """The ids of hidden elements, and whether any is hidden by a style sheet alone. `sheets`: apply these too."""
    if not any(word in text for word in _MAY_HIDE):
        return frozenset(), False
    own = frozenset(
        node.mem_id
        for node in parser.css(_ATTRIBUTES)
        if "hidden" in node.attributes or _HIDES.search(node.attributes.get("style") or "")
    )
    if not sheets or ("<style" not in text and "<STYLE" not in text):
        return own, False
    ruled = frozenset(_by_sheets(parser, limits)) - own
    return own | ruled, bool(ruled)


def _by_sheets(parser: LexborHTMLParser, limits: Limits) -> Iterator[int]:
    """The ids of elements that the rules of the page's <style> elements hide, when all rules are weighed."""
    texts = [(node.text() or "", node.attributes.get("media")) for node in parser.css("style")]
    if not any(_IN_SHEET.search(text) for text, _ in texts):
        return
    rules = list(islice(read_rules(texts), _MOST_RULES))
    if len(rules) == _MOST_RULES:
        return
    deadline = Deadline(limits)
    for name in ("display", "visibility"):
        mine = [rule for rule in rules if rule.property == name]
        hiding = [rule for rule in mine if rule.hides and rule.sure]
        won: dict[int, tuple[Weight, bool]] = {}
        nodes: dict[int, Node] = {}
        for rule in hiding[:_MAX_RULES]:
            deadline.check()
            for node in _matched(parser, rule.selector):
                nodes[node.mem_id] = node
                won[node.mem_id] = max(won.get(node.mem_id, (rule.weight, True)), (rule.weight, True))
        showing = [rule for rule in mine if not rule.hides] if won else []
        if len(showing) > _MAX_RULES:
            continue
        for rule in showing:
            deadline.check()
            for node in _matched(parser, rule.selector):
                if node.mem_id in won and rule.weight > won[node.mem_id][0]:
                    won[node.mem_id] = rule.weight, False
        for number, (weight, hides) in won.items():
            if hides and not _shown_inline(nodes[number], name, weight[0]):
                yield number


def _matched(parser: LexborHTMLParser, selector: str) -> Sequence[Node]:
    try:
        return parser.css(selector)
    except SelectolaxError:
        return ()


def _shown_inline(node: Node, name: str, important: bool) -> bool:
    """Whether the element's own style attribute shows it again."""
    for declared, hides, loud in _declared(node.attributes.get("style") or ""):
        if declared == name and not hides and (loud or not important):
            return True
    return False


_BRACE = re.compile(r"([{}])")
_LIST = re.compile(r",(?![^()]*\))")
_PLAIN_MEDIA = frozenset(("", "all", "screen", "only screen"))
_OTHER_MEDIA = re.compile(r"\s*(?:only\s+)?(?:print|speech|aural|braille|embossed|tty|not)\b", re.IGNORECASE)
_DYNAMIC = re.compile(r"::|:(?!not\(|first-child|last-child|nth-child\()")
_COMBINATOR = re.compile(r"\s*[>+~]\s*|\s+")


def read_rules(sheets: Sequence[tuple[str, str | None]]) -> Iterator[Rule]:
    """The rules on display and visibility of style sheets, each with its media attribute, in their order."""
    order = 0
    for text, media in sheets:
        outer = _condition("@media " + (media or ""))
        stack: list[tuple[str, bool | None]] = []
        pieces = _BRACE.split(_uncommented(text))
        for before, brace in zip(pieces[::2], pieces[1::2], strict=False):
            prelude = before.rpartition(";")[2].strip()
            if brace == "{":
                above = stack[-1][1] if stack else outer
                stack.append((prelude, _both(above, _condition(prelude)) if prelude.startswith("@") else above))
                continue
            selector, sure = stack.pop() if stack else ("", None)
            nested = bool(stack) and not stack[-1][0].startswith("@")
            if sure is None or selector.startswith("@") or nested:
                continue
            for name, hides, important in _declared(before):
                order += 1
                for one in _listed(selector):
                    rule = _rule(one.strip(), name, hides, sure)
                    if rule is not None:
                        yield rule._replace(weight=(important, *rule.weight[1:4], order))


def _uncommented(text: str) -> str:
    """A sheet without comments and the marks around it."""
    kept: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("*/", start + 2)
        at = end + 2 if end >= 0 else len(text)
    return " ".join([*kept, text[at:]]).replace("<!--", " ").replace("-->", " ")


def _listed(selectors: str) -> Sequence[str]:
    """The selectors of a list; a very long one with brackets in it is passed over."""
    if "(" not in selectors:
        return selectors.split(",")
    return _LIST.split(selectors) if len(selectors) < _LONGEST else ()


def _condition(prelude: str) -> bool | None:
    """Of a group of rules: True where it always holds on a screen, False where it may, None where it does not."""
    name, _, query = prelude.partition(" ")
    if name.lower() in ("@font-face", "@page", "@keyframes", "@-webkit-keyframes", "@counter-style"):
        return None
    if name.lower() != "@media":
        return False
    queries = [one.strip().lower() for one in query.split(",")]
    if any(one in _PLAIN_MEDIA for one in queries):
        return True
    return None if all(_OTHER_MEDIA.match(one) for one in queries) else False


def _both(outer: bool | None, inner: bool | None) -> bool | None:
    return None if outer is None or inner is None else outer and inner


def _declared(body: str) -> Iterator[tuple[str, bool, bool]]:
    """(property, does it hide, !important) of the declarations that matter."""
    for part in body.split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        if name in ("display", "visibility") and value:
            plain = value.partition("!")[0].strip()
            yield name, plain in (("none",) if name == "display" else ("hidden", "collapse")), "!important" in value


def _rule(selector: str, name: str, hides: bool, sure: bool) -> Rule | None:
    """A rule for one selector; None where it holds only for the moment (:hover) or for what is no element (::before).

    Long selectors cost the square of the nesting: they hide nothing, and show whatever their last part fits.
    """
    if not selector or "&" in selector or _DYNAMIC.search(selector):
        return None
    parts = _COMBINATOR.split(selector)
    weight = (
        False,
        selector.count("#"),
        len(re.findall(r"\.[-\w]|\[|:(?!not)", selector)),
        len(re.findall(r"(?:^|[\s>+~(])[a-zA-Z]", selector)),
        0,
    )
    if len(parts) > 2:
        if hides:
            return None
        selector = parts[-1]
    return Rule(selector, name, hides, weight, sure)
