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


def value_text(figure: Figure) -> str:
    """「至少 5500000 人」: bound, value and unit."""
    return f"{BOUNDS[figure.bound]}{number(figure.value)}{figure.unit}"


def figure_details(figure: Figure) -> str:
    """Value and the attributes that were found, in a few words."""
    parts = [value_text(figure), MEASURES[figure.measure], figure.scope or "", COLUMNS.get(figure.column or "", "")]
    parts += [CHANNELS.get(c, c) for c in (figure.channel or "").split("+") if c]
    parts += [figure.category or "", "其中之一" if figure.part_of is not None else ""]
    return " · ".join(part for part in parts if part)


def place(finding: Finding, result: DocumentResult) -> str:
    """Where the finding stands: 「三、依申请公开，正文「……」」 or 「表三」."""
    for evidence in finding.evidence:
        if evidence.kind == "figure" and evidence.index is not None:
            figure = result.figures[evidence.index]
            sentence = result.document.text[slice(*figure.sentence)].strip()
            return f"{SECTIONS.get(figure.section or 0, '')}，正文「{_short(sentence)}」"
    tables = {c.code: c.table for c in result.cells}
    for evidence in finding.evidence:
        if evidence.kind == "cell" and evidence.code in tables:
            column = f"「{COLUMNS[evidence.column]}」列" if evidence.column else ""
            table = tables[evidence.code]
            return f"统计表{column}" if table == "s14" else f"{SECTIONS[int(table)]}的表{column}"
    return ""


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
