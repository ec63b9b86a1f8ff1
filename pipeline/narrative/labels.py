"""Short labels: the noun phrase beside a number, for `category` and for other:<短标签>."""

from __future__ import annotations

import regex

from pipeline.narrative.segment import Segmenter
from pipeline.narrative.structure import MASK, Frame, Zone

_SEPARATOR = regex.compile(
    r"[，,；;。：:、（）()【】\[\]！？]|其中|分别|另有|包括|涵盖|包含|(?<=\p{Han})和(?=\p{Han}{3,})|以及"
)
_QUOTES = str.maketrans("", "", "“”\"'‘’《》「」『』 " + MASK)
_LEAD = regex.compile(
    r"^(?:[一二三四五六七八九十]+是|第[一二三四五]|\d+[.、）)]|20\d\d年度?|全年度?|本年度?|今年|我[市县区省州镇乡街局办委院厅处会]|本[市县区省州镇乡局]|全[市县区省州镇乡]|其中|包括|包含|含|主要|共计|累计|共|总计|已|并|还|先后|通过|利用|依托|在(?!线)|对(?!外)|向|为(?!民)|以|按|从|由|及时|主动|依法|积极|组织(?!机构|体系|领导|建设|人事|架构)|开展|举办|召开|进行|完成|实现|办理(?!结果|情况|指南)|公开(?!目录|指南|制度|年报|年度|专栏|栏|平台)|发布(?!会|制度)|公布|推送|收到|受理|新增|新建|建立|设立|制定|出台|印发|报送|各类|各项|各种|各|全部|部分|合计|总|分别|均|的|了|等|和|及|与|有|至|到|年内|截至目前|目前|涉及|涵盖|覆盖|较上年|同比)+"
)
_TAIL = regex.compile(
    r"(?:举行|召开|举办|开展|共计|总计|合计|累计|共|达到|达|为|约|近|超过|超|突破|数量|总数|总量|数|量|分别|各|均|等|的|了|已|有|是|即|计|和|与|及)+$"
)
_VERB_TAIL = regex.compile(
    r"(?<=\p{Han}{2})(?<!予以|不予|部分|同意|全部|校务|村务|政务|财务|厂务|院务|警务|检务|党务|事务|信息|办事)(?:共?(?:发布|公布|公开|推送|刊发|发送|推出))+$|^(?:发布|公布|公开|推送|更新)+$"
)
_LEADING = frozenset(
    {"公开", "收到", "办结", "答复", "刊发", "刊登", "发放", "收取", "编发公报", "更新", "制发", "办理"}
)
"""Verbs that are cut off in front of a label; others may be a part of it (重大建设项目)."""
_MOVES = regex.compile(
    r"(?:\d+月)?(?:提高|提升|上升|升|增加|增长|增|下降|降低|降|减少|减|缩短|扩大|公开|发布)?(?:到|至|为)?|最多|最少"
)
"""What is no label: where a number moved to, a month, a degree."""
_MAX = 12
_OTHERS = ("其他", "其它")


_GENERAL = regex.compile(
    r"^(?:各类|各种|各项|各|全部|所有|相关|有关|重要|主动|政府|政务|公开|发布|年度|全年|原创|其他|新增|累计|总|网站|平台|工作|新|类|多|以上|微信|微博|公众号|推送|转载|上级|本年|依法|应|两会)*"
    r"(?:信息主动|信息|文件|内容|稿件|推文|图文|文章|政策文件|解读|解读材料|政策解读|消息|数据|条目|资讯|建议提案|提案|会议|网民|网友|群众|评论|留言|来信|信件|信箱|邮件|宣传资料|资料|宣传材料|解读稿|解读产品|解读信息|总数|作品|短视频|视频|微博|微信|公文|总量|总数|量|博文|帖文|件|材料|事项|记录|发文|稿|原创)*$"
)


_PLAIN = regex.compile(r"^(?:各类|政府|政务|公开|相关)*(?:信息|推文|图文|文章|稿件|消息|内容|微信|微博)$")
_VERBS = regex.compile(
    r"^.*(?:公开|发布|公布|公示|推送|推出|登出|更新|上传|刊发|登载|回复|答复|办理|办结|收到|受理|召开|发放|印制|张贴|配发|制作|编发|转载|举办)(?=.)"
)


def bare(label: str) -> str:
    """A label without the verb in front of it and all before."""
    rest = _VERBS.sub("", label)
    return _clean(rest) if rest else label


def shares(text: str, zone: Zone, label: str) -> bool:
    """Whether a label is only the last of several things told together (局务会、党组会 12 次)."""
    at = text.rfind(label, zone.start, zone.core_end)
    return "等" in label or (at - 1 > zone.start and text[at - 1] in "、和与及")


def is_general(label: str) -> bool:
    """Whether a label only says what everything of the kind is called (政府信息, 各类文件)."""
    return _GENERAL.match(label) is not None and not label.startswith(_OTHERS)


def is_plain(label: str) -> bool:
    """Whether a label is only the word for what is published (信息, 推文), which says nothing beside a channel."""
    return _PLAIN.match(label) is not None


def phrase(frame: Frame, zone: Zone, index: int) -> str:
    """The noun phrase beside a quantity, without leading verbs and trailing fillers; may be empty."""
    quantity = frame.quantities[index]
    if zone.before_noun:
        right = _clean(_SEPARATOR.split(frame.text[quantity.end : zone.right_end], maxsplit=1)[0])
        if right:
            return right
    start = zone.start
    for hit in zone.left:
        if hit.kind == "act" and not _LEADING.isdisjoint(hit.terms) and hit.end + 1 < zone.core_end:
            start = hit.end
    left = frame.masked(start, max(zone.core_end, start), frame.levels[index])
    pieces = [piece for piece in _SEPARATOR.split(left) if piece.strip(MASK + " ")]
    return _clean(pieces[-1]) if pieces else ""


def verb(frame: Frame, zone: Zone, index: int) -> str:
    """What stands beside a quantity where no noun does (释疑解惑 393 次)."""
    left = frame.masked(zone.start, max(zone.core_end, zone.start), frame.levels[index])
    pieces = [piece for piece in _SEPARATOR.split(left) if piece.strip(MASK + " ")]
    return str(_TAIL.sub("", pieces[-1].translate(_QUOTES))) if pieces else ""


def _clean(text: str) -> str:
    text = _LEAD.sub("", text.translate(_QUOTES))
    if _MOVES.fullmatch(text):
        return ""
    while text:
        shorter = _TAIL.sub("", text)
        verbless = _VERB_TAIL.sub("", shorter) if not shorter.startswith(_OTHERS) else shorter
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
