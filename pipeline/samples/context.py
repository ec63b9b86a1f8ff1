"""The numbers that prose tells, under the short names that the templates use.

`facts` holds whole numbers (conditions ask whether they are 0); `words` holds what is printed. Numbers that restate the
tables come from the truth; the others are drawn here and contradict nothing.
"""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

from pipeline.samples import forms
from pipeline.samples.markup import spell
from pipeline.samples.truth import Truth

Facts = dict[str, int]
Words = dict[str, str]

_CELLS = {
    "rec": "t3.received", "cin": "t3.carried_in", "hnd": "t3.handled", "cout": "t3.carried_out", "g": "t3.granted",
    "p": "t3.partial", "nh": "t3.unavailable.not_held", "tp": "t3.denied.third_party", "pet": "t3.rejected.petition",
    "rv": "t4.review.total", "rvu": "t4.review.upheld", "rvc": "t4.review.corrected", "rvo": "t4.review.other",
    "rvp": "t4.review.pending", "sdt": "t4.suit_direct.total", "sat": "t4.suit_after_review.total",
    "lic": "t2.licensing.decisions", "pen": "t2.penalty.decisions", "coe": "t2.coercion.decisions",
}  # fmt: skip
_CELLS_OF_FORM = {
    "2021": {"iss": "t2.normative.issued", "rep": "t2.normative.repealed", "inf": "t2.normative.in_force"},
    "2019": {
        "mad": "t2.normative.made", "pub": "t2.normative.published", "ptot": "t2.normative.published_total",
        "lprev": "t2.licensing.items_prev", "proj": "t2.procurement.projects", "amount": "t2.procurement.amount",
    },
}  # fmt: skip
_NAMES_OF_FORM = {name for names in _CELLS_OF_FORM.values() for name in names}

# name: (least, most, by how much the most grows with the size of the organ)
_FREE = {
    "wx": (20, 400, 2500), "wb": (10, 200, 900), "web1": (5, 60, 400), "web2": (8, 90, 900),
    "web3": (20, 300, 4000), "inta": (1, 6, 40), "intb": (0, 4, 12), "intc": (1, 8, 30), "pc": (0, 3, 18),
    "pb": (0, 4, 12), "pi": (1, 6, 30), "pa": (3, 90, 700), "iv": (0, 3, 12), "ct": (1, 8, 30),
    "co": (2, 90, 500), "mbh": (3, 90, 1500), "resp": (1, 9, 60), "prop": (1, 20, 180), "propp": (1, 20, 120),
    "meet": (4, 12, 30), "meetp": (3, 11, 28), "pubp": (2, 10, 40), "docs": (4, 60, 300),
    "upd": (50, 900, 9000), "fix": (2, 60, 300), "sit": (60, 400, 1800), "sdone": (80, 4000, 90000),
    "pow": (300, 900, 4000), "inq": (3, 200, 2000), "cati": (20, 200, 700), "dom": (8, 26, 0),
    "cov": (3, 30, 60), "lnk": (1, 40, 90), "sites": (1, 2, 4), "cols": (1, 6, 14), "accn": (1, 6, 60),
    "fol": (300, 9000, 300000), "opn": (0, 2, 6), "cls": (0, 3, 9), "vid": (2, 40, 120),
    "rep_n": (2, 90, 600), "ven": (1, 3, 12), "aps": (1, 5, 20), "hot": (2000, 9000, 180000),
    "dst": (5, 60, 300), "dif": (2, 20, 90), "tr": (1, 3, 5), "trp": (12, 90, 600), "insp": (1, 4, 6),
    "rank": (1, 9, 6), "sf": (1, 2, 4), "sp": (1, 20, 60), "fund": (1, 8, 40), "od": (1, 3, 8),
    "odp": (20, 200, 900), "ore": (1, 12, 30), "mat": (100, 2000, 9000), "mt": (1, 4, 4), "rs": (1, 9, 20),
    "gaz": (4, 6, 12), "gazc": (500, 4000, 20000), "visits": (9000, 90000, 5000000),
    "reads": (8000, 90000, 3000000),
}  # fmt: skip
_SPELT = ("gaz", "pc", "resp", "cols", "ven", "tr", "insp", "mt", "dst", "rec")
_TENTHS = {"mbrate": (950, 1000), "mbsat": (930, 1000), "propsat": (960, 1000), "ftr": (700, 1000), "dr": (600, 990),
           "srate": (850, 1000), "ssat": (950, 1000), "hotsat": (930, 999), "hotdir": (600, 920),
           "hotrate": (970, 1000), "hotontime": (900, 990), "passr": (880, 1000)}  # fmt: skip


def percent(part: int, whole: int, places: int) -> str:
    """A share in per cent, rounded half up as people do: 104 of 213 to one place → 48.8%."""
    value = Decimal(100 * part) / Decimal(whole)
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}%"


def build(truth: Truth, rng: random.Random) -> tuple[Facts, Words]:
    """The facts and words of one report."""
    facts = _facts(truth, rng)
    comma = rng.random() < 0.15
    words = {k: f"{v:,}" if comma and v > 9999 else str(v) for k, v in facts.items()}
    words["all"] = truth.organ.all
    for name in _SPELT:
        words[f"{name}_cn"] = _measure(facts[name]) if 0 < facts[name] < 100 else str(facts[name])
    facts["small"] = int(0 < facts["rec"] < 30)
    for name in ("visits", "reads", "fol", "hot"):
        words[f"{name}_wan"] = f"{Decimal(facts[name]) / 10000:.1f}万" if facts[name] >= 10000 else str(facts[name])
    words["visits_yu"] = f"{facts['visits'] // 10000}万余" if facts["visits"] >= 10000 else f"{facts['visits']}余"
    words["web_yu"] = f"{facts['web'] // 10 * 10}余条"
    words["fundyuan"] = str(facts["fund"] * 10000)
    words["ratio"] = f"{rng.randint(11, 29) / 10:.1f}"
    words["pp"] = f"{rng.randint(2, 60) / 10:.1f}"
    days = rng.randint(30, 150)
    words["days"], words["saved"] = f"{days / 10:.1f}", f"{20 - days / 10:.1f}"
    words["score"] = f"{rng.randint(820, 995) / 10:.1f}"
    words["hotday"] = f"{rng.randint(8, 45) / 10:.1f}"
    for name, (low, high) in _TENTHS.items():
        tenths = rng.randint(low, high)
        words[name] = f"{tenths / 10:.1f}%" if tenths % 10 else f"{tenths // 10}%"
    _shares(facts, words, rng)
    return facts, words


def _measure(value: int) -> str:
    """A numeral before a measure word: 两场, not 二场."""
    return "两" if value == 2 else spell(value)


def _facts(truth: Truth, rng: random.Random) -> Facts:
    cells, organ = truth.meant, truth.organ
    facts: Facts = {}
    for name, code in (_CELLS | _CELLS_OF_FORM[truth.form]).items():
        facts[name] = int(cells[code, "total" if code.startswith("t3.") else None])
    for name in _NAMES_OF_FORM - facts.keys():
        facts[name] = 0
    for name, whole in (("d", "t3.denied"), ("u", "t3.unavailable"), ("j", "t3.rejected"), ("o", "t3.other")):
        lines = (line.code for line in forms.RESULTS[truth.form] if line.code.startswith(whole + "."))
        facts[name] = sum(int(cells[code, "total"]) for code in lines)
    for name, outcome in (("st", "total"), ("stu", "upheld"), ("stc", "corrected"), ("stp", "pending")):
        facts[name] = int(cells[f"t4.suit_direct.{outcome}", None] + cells[f"t4.suit_after_review.{outcome}", None])
    received = facts["rec"]
    facts["nat"] = int(cells["t3.received", "natural"])
    facts["bus"] = int(cells["t3.received", "business"])
    facts["leg"] = received - facts["nat"]
    facts["disc"] = facts["g"] + facts["p"]
    facts["intake"] = received + facts["cin"]
    size = min(organ.scale, 2.0) ** 1.3
    uniform = rng.random
    for name, (least, most, grows) in _FREE.items():
        facts[name] = least + int(uniform() * (most - least + grows * size))
    facts["web"] = facts["web1"] + facts["web2"] + facts["web3"]
    facts["w"] = facts["web"] + facts["wx"] + facts["wb"]
    facts["int"] = facts["inta"] + facts["intb"] + facts["intc"]
    facts["mb"] = facts["mbh"] + rng.randint(0, 9)
    facts["mbp"] = facts["mbh"] // 2
    facts["stt"] = facts["sf"] + facts["sp"]
    facts["hoth"] = facts["hot"] - facts["hot"] // 90
    facts["hotd"] = facts["hot"] // 365
    facts["onl"] = int(received * rng.uniform(0.5, 0.9))
    facts["let"] = (received - facts["onl"]) * 3 // 4
    facts["inp"] = received - facts["onl"] - facts["let"]
    facts["lrec"] = truth.last["received"]
    facts["adds"] = max(0, int(cells.get(("t2.licensing.items_change", None), 0)))
    facts["own"] = facts["docs"] // 2
    facts["iv_up"], facts["pc_up"] = facts["iv"] + 2, facts["pc"] + 1
    facts["gov"] = int(organ.kind == "government")
    facts["big"] = int(organ.scale >= 1)
    facts["f19"], facts["f21"] = int(truth.form == "2019"), int(truth.form == "2021")
    change = received - truth.last["received"]
    facts["lup"], facts["ldown"], facts["ldiff"] = int(change > 0), int(change < 0), abs(change)
    facts["grup"] = int(change > 0 and truth.last["received"] > 10)
    facts["grdown"] = int(change < 0 and truth.last["received"] > 10)
    return facts


def _shares(facts: Facts, words: Words, rng: random.Random) -> None:
    places = rng.choice((1, 1, 2))
    if facts["hnd"]:
        words["sg"] = percent(facts["g"], facts["hnd"], places)
        words["sd"] = percent(facts["d"], facts["hnd"], places)
        words["sdisc"] = percent(facts["disc"], facts["hnd"], places)
    words["intshare"] = percent(facts["inta"] + facts["intb"], facts["int"], places)
    if facts["grup"] or facts["grdown"]:
        last = facts["rec"] + (facts["ldiff"] if facts["grdown"] else -facts["ldiff"])
        words["gr"] = percent(facts["ldiff"], last, places)
        words["grv"] = words["gr"].rstrip("%")
