"""The statutory tables as the generator prints them: labels, lines, columns and codes, typed from the published forms.

Form "2019": annex of 国办公开办函〔2019〕60号; form "2021": annex of 国办公开办函〔2021〕30号;
SHEET: the statistics sheet 政府信息公开情况统计表 of 2014–2018. These tables are kept apart from lexicons/ on purpose:
a mistake in one of the two shows as a difference instead of being copied.
"""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = ("natural", "business", "research", "public_interest", "legal", "other_org", "total")
"""The seven applicant columns of table 3, in the order of the form."""

COLUMN_LABELS = {
    "natural": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
GROUPS = ("t4.review", "t4.suit_direct", "t4.suit_after_review")


class Line(NamedTuple):
    """One line of table 3. `group` is the label of the class it stands in, "" for a line without one."""

    code: str
    group: str
    label: str


class Section2(NamedTuple):
    """One block of table 2: the item of article 20, the headings of its value columns, and its lines."""

    item: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    """(label, codes of the values)"""


_RESULTS_COMMON = (
    Line("t3.granted", "", "（一）予以公开"),
    Line("t3.partial", "", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    Line("t3.denied.state_secret", "（三）不予公开", "1.属于国家秘密"),
    Line("t3.denied.law_forbidden", "（三）不予公开", "2.其他法律行政法规禁止公开"),
    Line("t3.denied.safety_stability", "（三）不予公开", "3.危及“三安全一稳定”"),
    Line("t3.denied.third_party", "（三）不予公开", "4.保护第三方合法权益"),
    Line("t3.denied.internal_affairs", "（三）不予公开", "5.属于三类内部事务信息"),
    Line("t3.denied.process_info", "（三）不予公开", "6.属于四类过程性信息"),
    Line("t3.denied.enforcement_file", "（三）不予公开", "7.属于行政执法案卷"),
    Line("t3.denied.admin_inquiry", "（三）不予公开", "8.属于行政查询事项"),
    Line("t3.unavailable.not_held", "（四）无法提供", "1.本机关不掌握相关政府信息"),
    Line("t3.unavailable.needs_creation", "（四）无法提供", "2.没有现成信息需要另行制作"),
    Line("t3.unavailable.unclear_after_correction", "（四）无法提供", "3.补正后申请内容仍不明确"),
    Line("t3.rejected.petition", "（五）不予处理", "1.信访举报投诉类申请"),
    Line("t3.rejected.repeated", "（五）不予处理", "2.重复申请"),
    Line("t3.rejected.publication", "（五）不予处理", "3.要求提供公开出版物"),
    Line("t3.rejected.massive", "（五）不予处理", "4.无正当理由大量反复申请"),
    Line("t3.rejected.reissue", "（五）不予处理", "5.要求行政机关确认或重新出具已获取信息"),
)
_OTHER_2019 = (Line("t3.other.total", "", "（六）其他处理"),)
_OTHER_2021 = (
    Line(
        "t3.other.no_correction",
        "（六）其他处理",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    ),
    Line(
        "t3.other.no_fee",
        "（六）其他处理",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    ),
    Line("t3.other.other", "（六）其他处理", "3.其他"),
)
RECEIVED = Line("t3.received", "", "一、本年新收政府信息公开申请数量")
CARRIED_IN = Line("t3.carried_in", "", "二、上年结转政府信息公开申请数量")
HANDLED = Line("t3.handled", "", "（七）总计")
CARRIED_OUT = Line("t3.carried_out", "", "四、结转下年度继续办理")
RESULTS_LABEL = "三、本年度办理结果"
RELATION_LABEL = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

RESULTS: dict[str, tuple[Line, ...]] = {
    "2019": _RESULTS_COMMON + _OTHER_2019,
    "2021": _RESULTS_COMMON + _OTHER_2021,
}
"""The result lines of table 3 of each form, without （七）总计."""


def lines3(form: str) -> tuple[Line, ...]:
    """All lines of table 3 in the order of the form."""
    return (RECEIVED, CARRIED_IN, *RESULTS[form], HANDLED, CARRIED_OUT)


def _change(code: str) -> tuple[str, ...]:
    return (f"t2.{code}.items_prev", f"t2.{code}.items_change", f"t2.{code}.decisions")


def _made(code: str) -> tuple[str, ...]:
    return (f"t2.{code}.made", f"t2.{code}.published", f"t2.{code}.published_total")


def _issued(code: str) -> tuple[str, ...]:
    return (f"t2.{code}.issued", f"t2.{code}.repealed", f"t2.{code}.in_force")


TABLE2: dict[str, tuple[Section2, ...]] = {
    "2019": (
        Section2(
            "第二十条第（一）项",
            ("本年新制作数量", "本年新公开数量", "对外公开总数量"),
            (("规章", _made("rules")), ("规范性文件", _made("normative"))),
        ),
        Section2(
            "第二十条第（五）项",
            ("上一年项目数量", "本年增/减", "处理决定数量"),
            (("行政许可", _change("licensing")), ("其他对外管理服务事项", _change("other_services"))),
        ),
        Section2(
            "第二十条第（六）项",
            ("上一年项目数量", "本年增/减", "处理决定数量"),
            (("行政处罚", _change("penalty")), ("行政强制", _change("coercion"))),
        ),
        Section2(
            "第二十条第（八）项",
            ("上一年项目数量", "本年增/减"),
            (("行政事业性收费", ("t2.fees.items_prev", "t2.fees.items_change")),),
        ),
        Section2(
            "第二十条第（九）项",
            ("采购项目数量", "采购总金额"),
            (("政府集中采购", ("t2.procurement.projects", "t2.procurement.amount")),),
        ),
    ),
    "2021": (
        Section2(
            "第二十条第（一）项",
            ("本年制发件数", "本年废止件数", "现行有效件数"),
            (("规章", _issued("rules")), ("行政规范性文件", _issued("normative"))),
        ),
        Section2("第二十条第（五）项", ("本年处理决定数量",), (("行政许可", ("t2.licensing.decisions",)),)),
        Section2(
            "第二十条第（六）项",
            ("本年处理决定数量",),
            (("行政处罚", ("t2.penalty.decisions",)), ("行政强制", ("t2.coercion.decisions",))),
        ),
        Section2("第二十条第（八）项", ("本年收费金额（单位：万元）",), (("行政事业性收费", ("t2.fees.amount",)),)),
    ),
}

CLASSES = {
    "t3.denied": "不予公开",
    "t3.unavailable": "无法提供",
    "t3.rejected": "不予处理",
    "t3.other": "其他处理",
}

TITLES = {
    "2": "二、主动公开政府信息情况",
    "3": "三、收到和处理政府信息公开申请情况",
    "4": "四、政府信息公开行政复议、行政诉讼情况",
}


def codes2(form: str) -> tuple[str, ...]:
    """The codes of table 2 in the order of the form."""
    return tuple(code for block in TABLE2[form] for _, codes in block.lines for code in codes)


def codes4() -> tuple[str, ...]:
    """The codes of table 4 in the order of the form."""
    return tuple(f"{group}.{outcome}" for group in GROUPS for outcome in OUTCOMES)


Key = tuple[str, str | None]
"""(code, applicant column); the column is None in tables 2 and 4."""


def keys(form2: str, form3: str | None = None) -> tuple[Key, ...]:
    """Every cell of a report: 200 in the form of 2021, 198 in the form of 2019; those of the sheet of 2014."""
    if form2 == "2014":
        return sheet_keys()
    third = [(line.code, column) for line in lines3(form3 or form2) for column in COLUMNS]
    return (*((code, None) for code in codes2(form2)), *third, *((code, None) for code in codes4()))


SHEET: tuple[tuple[str, str, str], ...] = (
    ("", "一、主动公开情况", ""),
    ("s14.disclosure.items", "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条"),
    ("s14.disclosure.normative", "其中：主动公开规范性文件数", "条"),
    ("s14.normative.issued", "制发规范性文件总数", "件"),
    ("", "（二）通过不同渠道和方式公开政府信息的情况", ""),
    ("s14.disclosure.gazette", "1.政府公报公开政府信息数", "条"),
    ("s14.disclosure.website", "2.政府网站公开政府信息数", "条"),
    ("s14.disclosure.weibo", "3.政务微博公开政府信息数", "条"),
    ("s14.disclosure.wechat", "4.政务微信公开政府信息数", "条"),
    ("s14.disclosure.other", "5.其他方式公开政府信息数", "条"),
    ("", "二、回应解读情况", ""),
    ("s14.responses.items", "（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次"),
    ("", "（二）通过不同渠道和方式回应解读的情况", ""),
    ("s14.press.conferences", "1.参加或举办新闻发布会总次数", "次"),
    ("s14.press.leader_attended", "其中：主要负责同志参加新闻发布会次数", "次"),
    ("s14.interviews", "2.政府网站在线访谈次数", "次"),
    ("s14.interviews.leader", "其中：主要负责同志参加政府网站在线访谈次数", "次"),
    ("s14.interpretation.items", "3.政策解读稿件发布数", "篇"),
    ("s14.responses.weibo_wechat", "4.微博微信回应事件数", "次"),
    ("s14.responses.other", "5.其他方式回应事件数", "次"),
    ("", "三、依申请公开情况", ""),
    ("s14.requests.received", "（一）收到申请数", "件"),
    ("s14.requests.in_person", "1.当面申请数", "件"),
    ("s14.requests.fax", "2.传真申请数", "件"),
    ("s14.requests.online", "3.网络申请数", "件"),
    ("s14.requests.letter", "4.信函申请数", "件"),
    ("s14.requests.handled", "（二）申请办结数", "件"),
    ("s14.requests.on_time", "1.按时办结数", "件"),
    ("s14.requests.extended", "2.延期办结数", "件"),
    ("s14.requests.answered", "（三）申请答复数", "件"),
    ("s14.answered.already_public", "1.属于已主动公开范围数", "件"),
    ("s14.answered.granted", "2.同意公开答复数", "件"),
    ("s14.answered.partial", "3.同意部分公开答复数", "件"),
    ("s14.answered.denied", "4.不同意公开答复数", "件"),
    ("s14.answered.denied.state_secret", "其中：涉及国家秘密", "件"),
    ("s14.answered.denied.trade_secret", "涉及商业秘密", "件"),
    ("s14.answered.denied.privacy", "涉及个人隐私", "件"),
    ("s14.answered.denied.safety_stability", "危及国家安全、公共安全、经济安全和社会稳定", "件"),
    ("s14.answered.denied.not_government_info", "不是《条例》所指政府信息", "件"),
    ("s14.answered.denied.law_other", "法律法规规定的其他情形", "件"),
    ("s14.answered.not_own", "5.不属于本行政机关公开数", "件"),
    ("s14.answered.not_exist", "6.申请信息不存在数", "件"),
    ("s14.answered.asked_to_correct", "7.告知作出更改补充数", "件"),
    ("s14.answered.other_route", "8.告知通过其他途径办理数", "件"),
    ("s14.review.total", "四、行政复议数量", "件"),
    ("s14.review.upheld", "（一）维持具体行政行为数", "件"),
    ("s14.review.corrected", "（二）被依法纠错数", "件"),
    ("s14.review.other", "（三）其他情形数", "件"),
    ("s14.suit.total", "五、行政诉讼数量", "件"),
    ("s14.suit.upheld", "（一）维持具体行政行为或者驳回原告诉讼请求数", "件"),
    ("s14.suit.corrected", "（二）被依法纠错数", "件"),
    ("s14.suit.other", "（三）其他情形数", "件"),
    ("s14.complaints", "六、举报投诉数量", "件"),
    ("s14.fee.collected", "七、依申请公开信息收取的费用", "万元"),
    ("", "八、机构建设和保障经费情况", ""),
    ("s14.offices.dedicated", "（一）政府信息公开工作专门机构数", "个"),
    ("s14.reading_points", "（二）设置政府信息公开查阅点数", "个"),
    ("s14.staff.total", "（三）从事政府信息公开工作人员数", "人"),
    ("s14.staff.full_time", "1.专职人员数（不包括政府公报及政府网站工作人员数）", "人"),
    ("s14.staff.part_time", "2.兼职人员数", "人"),
    (
        "s14.funding.amount",
        "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
        "万元",
    ),
    ("", "九、政府信息公开会议和培训情况", ""),
    ("s14.meetings.held", "（一）召开政府信息公开工作会议或专题会议数", "次"),
    ("s14.training.sessions", "（二）举办各类培训班数", "次"),
    ("s14.training.people", "（三）接受培训人员数", "人次"),
)
"""The statistics sheet of 2014–2018: (code, label, unit); headings have no code."""


def sheet_keys() -> tuple[Key, ...]:
    """The cells of the statistics sheet."""
    return tuple((code, None) for code, _, _ in SHEET if code)
