"""Reports of 2014–2018: prose, and the statistics sheet (政府信息公开情况统计表) filled with numbers that add up."""

from __future__ import annotations

import random

from pipeline.samples import forms, templates_more
from pipeline.samples.draft import Block
from pipeline.samples.forms import Key
from pipeline.samples.places import Organ
from pipeline.samples.truth import BLANKS, Truth, Value

FORM = "2014"
LAST_YEAR = 2018
TITLE = "政府信息公开情况统计表"


def _shares(rng: random.Random, total: int, parts: int) -> list[int]:
    """A total in parts, most of it in the first."""
    left, out = total, []
    for _ in range(parts - 1):
        out.append(rng.randint(0, left // 3))
        left -= out[-1]
    return [left, *out]


def _requests(rng: random.Random, size: float) -> dict[str, int]:
    """Requests received, handled and answered, with what was refused and why."""
    out: dict[str, int] = {}
    received = round(size * rng.uniform(0, 240))
    answered = received - rng.randint(0, received // 20)
    extended = rng.randint(0, answered // 10)
    out |= {"requests.received": received, "requests.handled": answered, "requests.answered": answered}
    out |= {"requests.on_time": answered - extended, "requests.extended": extended}
    ways = _shares(rng, received, 4)
    out |= dict(zip((f"requests.{way}" for way in ("online", "in_person", "fax", "letter")), ways, strict=True))
    kinds = (
        "granted",
        "already_public",
        "partial",
        "denied",
        "not_own",
        "not_exist",
        "asked_to_correct",
        "other_route",
    )
    out |= {f"answered.{kind}": part for kind, part in zip(kinds, _shares(rng, answered, 8), strict=True)}
    why = ("privacy", "state_secret", "trade_secret", "safety_stability", "not_government_info", "law_other")
    denied = _shares(rng, out["answered.denied"], 6)
    return out | {f"answered.denied.{reason}": part for reason, part in zip(why, denied, strict=True)}


def _meant(rng: random.Random, size: float) -> dict[Key, int]:
    items = round(size * rng.uniform(40, 6000))
    out = {
        "disclosure.items": items,
        "disclosure.normative": rng.randint(0, 12),
        "normative.issued": rng.randint(0, 14),
    }
    ways = ("website", "gazette", "weibo", "wechat", "other")
    out |= {f"disclosure.{way}": part for way, part in zip(ways, _shares(rng, items, 5), strict=True)}
    out |= _requests(rng, size)
    for kind in ("review", "suit"):
        total = rng.randint(0, round(4 * size))
        results = _shares(rng, total, 3)
        out |= {f"{kind}.total": total, f"{kind}.upheld": results[0]}
        out |= {f"{kind}.corrected": results[1], f"{kind}.other": results[2]}
    staff = rng.randint(1, 9)
    full = rng.randint(0, staff)
    out |= {"staff.total": staff, "staff.full_time": full, "staff.part_time": staff - full}
    keys = [code for code, _ in forms.sheet_keys()]
    return {(code, None): out.get(code.removeprefix("s14."), rng.randint(0, 30)) for code in keys}


def make(seed: int, organ: Organ, year: int) -> Truth:
    """The sheet of an organ for a year up to 2018."""
    rng = random.Random(f"{seed}/{organ.number}/{year}/sheet")
    meant: dict[Key, int] = _meant(rng, max(organ.scale, 0.1))
    blanks = rng.choices(BLANKS, (6, 3, 1))[0]
    cells: dict[Key, Value] = {key: value or (0 if blanks == "zeros" else None) for key, value in meant.items()}
    last = {"received": 0, "in_force": 0}
    return Truth(organ, year, FORM, blanks, cells, dict(meant), last)


def blocks(truth: Truth, rng: random.Random) -> tuple[Block, ...]:
    """Prose without figures under the headings of those years, and the sheet behind it."""
    fillers = list(templates_more.FILLERS)
    rng.shuffle(fillers)
    out: list[Block] = [Block("para", f"根据《中华人民共和国政府信息公开条例》的规定，编制{truth.year}年度报告。")]
    for place, title in enumerate(("一、概述", "二、主动公开情况", "三、依申请公开情况", "四、存在的问题和改进措施")):
        out.append(Block("heading", title))
        out += [Block("para", text) for text in fillers[4 * place : 4 * place + 4]]
    return (*out, Block("heading", TITLE), Block("table", "s14"))
