"""How codes of the output are said in Chinese, for pages and terminal alike."""

from __future__ import annotations

from pipeline.model import DocumentResult, Figure, Finding
from pipeline.output import number

VERDICTS = {
    "agrees": "一致",
    "agrees_if_blank_zero": "空白按0计才一致",
    "differs": "不一致",
    "not_comparable": "不可比",
    "not_assessable": "无法核对",
}
HOW = {
    "exact": "数值相同",
    "rounded": "四舍五入后一致",
    "bound": "在所述范围内",
    "truncated": "截尾后一致",
    "part": "是其中一部分",
    "sum": "各部分之和",
}
SEVERITY = {"error": "错误", "warning": "提醒", "info": "参考"}
STATES = {
    "printed": "有数",
    "blank": "空白",
    "dash": "横线或斜杠",
    "covered": "被合并遮住",
    "inferred": "推定",
    "unreadable": "读不清",
}
COLUMNS = {
    "natural": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
    "legal_entities": "法人或其他组织",
}
CHANNELS = {
    "website": "网站",
    "wechat": "微信",
    "weibo": "微博",
    "newmedia": "新媒体",
    "app": "客户端",
    "gazette": "公报",
    "press": "报刊广电",
    "board": "公示栏",
    "other": "其他渠道",
    "all": "各渠道",
}
BOUNDS = {"exact": "", "approx": "约", "min": "至少", "max": "至多"}
MEASURES = {
    "level": "",
    "share": "占比",
    "change_rate": "增幅",
    "change": "增减",
    "ratio": "倍数",
    "rank": "名次",
    "score": "得分",
}
LEVELS = {"national": "国家", "province": "省级", "prefecture": "市级", "county": "县级", "township": "乡级"}
KINDS = {
    "government": "政府",
    "office": "政府办公室",
    "department": "部门",
    "township": "乡镇",
    "subdistrict": "街道",
    "zone": "开发区",
    "institution": "事业单位",
    "other": "其他",
}
SECTIONS = {
    0: "开头部分",
    1: "一、总体情况",
    2: "二、主动公开",
    3: "三、依申请公开",
    4: "四、复议诉讼",
    5: "五、问题与改进",
    6: "六、其他事项",
}
REASONS = {
    "date": "日期",
    "year": "年份",
    "period": "时段",
    "document_number": "文号",
    "statute": "法条",
    "phone": "电话",
    "postcode": "邮编",
    "address": "地址",
    "email": "邮箱",
    "url": "网址",
    "name": "名称中的数字",
    "version": "版本号",
    "ordinal": "次序",
    "list_number": "序号",
    "deadline": "规定的期限",
    "threshold": "门槛",
    "page_furniture": "网页附属文字",
    "broken_source": "原文有损",
    "code": "代码",
    "table_text": "表内文字",
    "no_indicator": "没有可对应的指标",
    "plan": "计划数",
    "other_year_name": "别年的名称",
    "idiom": "固定说法",
    "time_of_day": "钟点",
}
CAUSE_UNKNOWN = "原因不明，请核对原件"
MENDS = {
    "A": "对照台账核对所列各格，改正填错的一格，使各项相加等于总计",
    "B": "对照台账核对这一格",
    "C6": "核对分子、分母，按重算的结果改占比",
    "C8": "核对总数和各部分，使部分不超过总数、齐全时相加相等",
    "C13": "改掉这句概括性的说法，或改正表中的数",
    "C14": "核对两处，统一为正确的数",
    "C15": "按本年、上年的数重算增减",
    "D1": "对照上年年报，改正本年的「上年结转」；上年年报有误的，在说明中注明",
    "D5": "对照上年年报，按两年的数改正",
    "E": "核对汇总范围，重新汇总",
}
"""What to do about a finding, by check or group; statements against a cell are told with the number itself."""


def value_text(figure: Figure) -> str:
    """「至少 5500000 人」: bound, value and unit."""
    return f"{BOUNDS[figure.bound]}{number(figure.value)}{figure.unit}"


def figure_details(figure: Figure) -> str:
    """Value and the attributes that were found, in a few words."""
    parts = [value_text(figure), MEASURES[figure.measure], figure.scope or "", COLUMNS.get(figure.column or "", "")]
    parts += [CHANNELS.get(c, c) for c in (figure.channel or "").split("+") if c]
    parts += [figure.category or "", "其中之一" if figure.part_of is not None else ""]
    return " · ".join(part for part in parts if part)


def mend(finding: Finding) -> str:
    """What would set a difference right, in one line; empty where the cause says so already, or nothing differs."""
    if finding.verdict != "differs" or (finding.cause and "改为" in finding.cause):
        return ""
    check = finding.check.partition(".")[0]
    told = MENDS.get(check) or MENDS.get(check[0])
    if told:
        return told
    right = finding.right
    money = finding.left is not None and "元" in finding.left.text  # the sides are in 元, the text may be in 万元
    if money or right is None or right.low is None or right.low != right.high:
        return "核对文中的数和表中的数，改正填错的一处"
    return f"表中无误的，文中应写{number(right.low)}；文中无误的，改正表中的数"


def place(finding: Finding, result: DocumentResult) -> str:
    """Where the finding stands: section, line of the text read, sentence; or the table and its column."""
    for evidence in finding.evidence:
        if evidence.kind == "figure" and evidence.index is not None:
            figure = result.figures[evidence.index]
            sentence = result.document.text[slice(*figure.sentence)].strip()
            line = result.document.text.count("\n", 0, figure.start) + 1
            return f"{SECTIONS.get(figure.section or 0, '')}，第{line}行，正文「{_short(sentence)}」"
    tables = {c.code: c.table for c in result.cells}
    cells = [e for e in finding.evidence if e.kind == "cell" and e.code in tables]
    if not cells:
        return ""
    table = tables[cells[0].code or ""]
    columns = {e.column for e in cells}
    column = cells[0].column if len(columns) == 1 else None
    where = f"「{COLUMNS[column]}」列" if column else "的同一行" if len({e.code for e in cells}) == 1 else ""
    return f"统计表{where}" if table == "s14" else f"{SECTIONS[int(table)]}的表{where}"


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
