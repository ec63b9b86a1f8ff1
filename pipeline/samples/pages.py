"""Web pages: the same draft in the markup that publishers really use."""

# ruff: noqa: E501  (markup as publishers write it)
from __future__ import annotations

import random
import re
from collections.abc import Callable
from html import escape

from pipeline.samples.draft import Block, Draft
from pipeline.samples.grid import Box, Grid, Row

Page = Callable[[Draft, random.Random], str]

_LATIN = re.compile(r"[0-9A-Za-z.,%]+")


def _spans(box: Box) -> str:
    out = f' colspan="{box.colspan}"' if box.colspan > 1 else ""
    return out + (f' rowspan="{box.rowspan}"' if box.rowspan > 1 else "")


def _head(draft: Draft, rng: random.Random, charset: str, more: str = "") -> str:
    hour = f"{rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}"
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="{charset}">\n<title>{escape(draft.title)}</title>\n'
        f'<meta name="ArticleTitle" content="{escape(draft.title)}">\n'
        f'<meta name="PubDate" content="{draft.published} {hour}">\n'
        f'<meta name="ContentSource" content="{escape(draft.organ)}">\n'
        f'<link rel="canonical" href="{draft.address}">\n{more}</head>\n'
    )


def _blocks(draft: Draft, one: Callable[[Block], str], table: Callable[[Grid], str]) -> str:
    return "\n".join(table(draft.grid(b.text)) if b.kind == "table" else one(b) for b in draft.blocks)


def clean(draft: Draft, rng: random.Random) -> str:
    """A tidy page: h1, h2, p and tables with th."""

    def one(block: Block) -> str:
        text = escape(block.text, quote=False)
        tag = {"heading": "h2", "subheading": "h3"}.get(block.kind, "p")
        return f'<p class="sign">{text}</p>' if block.kind == "sign" else f"<{tag}>{text}</{tag}>"

    def table(grid: Grid) -> str:
        rows = []
        for row in grid:
            cells = []
            for box in row:
                tag = "th" if box.head else "td"
                cells.append(f"<{tag}{_spans(box)}>{escape(draft.cell(box), quote=False)}</{tag}>")
            rows.append("<tr>" + "".join(cells) + "</tr>")
        return '<table border="1">\n' + "\n".join(rows) + "\n</table>"

    body = _blocks(draft, one, table)
    return f"{_head(draft, rng, 'utf-8')}<body>\n<h1>{escape(draft.title)}</h1>\n{body}\n</body>\n</html>\n"


_P = "text-indent:32.0pt;mso-char-indent-count:2.0;line-height:28.0pt;mso-line-height-rule:exactly"
_HAN = "font-size:16.0pt;font-family:仿宋_GB2312;mso-hansi-font-family:仿宋_GB2312"


def _runs(text: str, size: str = _HAN) -> str:
    """Word puts every run of Latin letters and digits into a span of its own."""
    latin = f'<span lang="EN-US" style="{size.split(";")[0]};font-family:&quot;Times New Roman&quot;">'
    cut = _LATIN.sub(lambda m: f"</span>{latin}{m[0]}</span><span style='{size}'>", escape(text, quote=False))
    return f"<span style='{size}'>{cut}</span>".replace(f"<span style='{size}'></span>", "")


def word(draft: Draft, rng: random.Random) -> str:
    """A page saved by a word processor: runs in spans, o:p, &nbsp; in blank cells, paragraphs in cells."""

    def one(block: Block) -> str:
        if block.kind in ("heading", "subheading"):
            size = "font-size:16.0pt;font-family:黑体"
            return (
                f'<p class="MsoNormal" style="{_P}">{_runs(block.text, size)}<span lang="EN-US"><o:p></o:p></span></p>'
            )
        align = ' align="right"' if block.kind == "sign" else ""
        return f'<p class="MsoNormal"{align} style="{_P}">{_runs(block.text)}<span lang="EN-US"><o:p></o:p></span></p>'

    def table(grid: Grid) -> str:
        size = "font-size:9.0pt;font-family:宋体;mso-bidi-font-family:宋体"
        rows = []
        for row in grid:
            cells = []
            for box in row:
                text = draft.cell(box)
                inner = _runs(text, size) if text else '<span lang="EN-US">&nbsp;<o:p></o:p></span>'
                cells.append(
                    f'<td{_spans(box)} width="{60 * box.colspan}" style="border:solid windowtext 1.0pt;padding:0cm 5.4pt">'
                    f'<p class="MsoNormal" align="center" style="text-align:center">{inner}</p></td>'
                )
            rows.append("<tr style='height:20.0pt'>" + "\n".join(cells) + "</tr>")
        return (
            '<table class="MsoNormalTable" border="0" cellspacing="0" cellpadding="0">\n<tbody>'
            + "\n".join(rows)
            + "</tbody></table>\n<p class=\"MsoNormal\"><span lang='EN-US'><o:p>&nbsp;</o:p></span></p>"
        )

    style = '<style><!-- p.MsoNormal {mso-style-parent:"";margin:0cm;font-size:10.5pt;} @page {size:595.3pt 841.9pt;} --></style>\n'
    title = f'<p class="MsoNormal" align="center"><b>{_runs(draft.title, "font-size:22.0pt;font-family:方正小标宋简体")}</b></p>'
    body = _blocks(draft, one, table)
    return (
        f'{_head(draft, rng, "utf-8", style)}<body lang="ZH-CN">\n<div class="TRS_Editor"><div class="Section1">\n'
        f"{title}\n{body}\n</div></div>\n</body></html>\n"
    )


def wps(draft: Draft, rng: random.Random) -> str:
    """Another office suite: font tags, inline styles, labels broken by <br>, every cell with its own p."""

    def one(block: Block) -> str:
        text = escape(block.text, quote=False)
        if block.kind in ("heading", "subheading"):
            return f'<p style="text-indent:2em"><strong><span style="font-family:黑体;font-size:21px">{text}</span></strong></p>'
        align = "right" if block.kind == "sign" else "justify"
        return (
            f'<p style="text-indent:2em;text-align:{align}"><font face="仿宋_GB2312"><span style="font-size:21px">'
            f"{text}</span></font></p>"
        )

    def table(grid: Grid) -> str:
        rows = []
        for row in grid:
            cells = []
            for box in row:
                text = escape(draft.cell(box), quote=False)
                if box.head and box.key is None and 5 <= len(text) <= 8 and box.colspan == 1:
                    text = f"{text[:3]}<br/>{text[3:]}"
                cells.append(
                    f'<td{_spans(box)} valign="center"><p style="text-align:center">{text or "&nbsp;"}</p></td>'
                )
            rows.append("<tr>" + "".join(cells) + "</tr>")
        return '<div align="center"><table style="border-collapse:collapse">' + "".join(rows) + "</table></div>"

    body = _blocks(draft, one, table)
    return (
        f'{_head(draft, rng, "utf-8")}<body><div id="zoom" class="article-content">\n'
        f'<h1 style="text-align:center">{escape(draft.title)}</h1>\n{body}\n</div></body></html>\n'
    )


_MENU = ("首页", "走进本地", "新闻中心", "政务公开", "政务服务", "互动交流", "数据开放", "专题专栏")
_SIDE = ("信息公开指南", "信息公开制度", "法定主动公开内容", "信息公开年报", "依申请公开", "监督保障")
_NEWS = (
    "关于调整公交线路走向的通告",
    "老旧小区改造项目开工公告",
    "义务教育招生政策问答",
    "夏季防汛值班安排公示",
    "公开招聘编外人员公告",
    "春季义务植树活动倡议书",
)


def nested(draft: Draft, rng: random.Random) -> str:
    """A portal: the article inside layout tables with menu, side column, news list, counters and footer."""
    inner = clean(draft, rng).split("<body>\n", 1)[1].rsplit("\n</body>", 1)[0]
    menu = "".join(f'<td><a href="/{i}/">{t}</a></td>' for i, t in enumerate(_MENU))
    side = "".join(f'<tr><td class="menu"><a href="/gk/{i}/">{t}</a></td></tr>' for i, t in enumerate(_SIDE))
    year = int(draft.published[:4])
    news = "".join(
        f"<tr><td>·<a href='/n/{i}.html'>{t}</a></td><td>{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}</td></tr>"
        for i, t in enumerate(rng.sample(_NEWS, 4))
    )
    return (
        f"{_head(draft, rng, 'utf-8', '<script>var hits=0;function count(){hits=hits+1;}</script>' + chr(10))}"
        f'<body><table width="1000" class="layout"><tr><td colspan="2"><table class="nav"><tr>{menu}</tr></table>'
        f'<marquee>便民提示：天气转凉，请注意增添衣物</marquee></td></tr>\n<tr><td width="220" valign="top"><table>{side}</table>'
        f"<table><tr><td colspan=2>最新信息</td></tr>{news}</table></td>\n"
        f'<td valign="top"><div class="position">当前位置：<a href="/">首页</a> &gt; 政务公开 &gt; 信息公开年报</div>'
        f'<div class="info">发布时间：{draft.published}　来源：{escape(draft.organ)}　浏览次数：{rng.randint(20, 9000)}　'
        f"字号：[<a>大</a> <a>中</a> <a>小</a>]</div>\n{inner}\n"
        f'<div class="tools">【打印】【关闭】　扫一扫在手机打开当前页</div></td></tr>\n'
        f'<tr><td colspan="2" class="foot">主办：{escape(draft.organ)}　网站标识码：{rng.randint(10**9, 10**10 - 1)}　'
        f"ICP备{rng.randint(10**7, 10**8 - 1)}号　技术支持电话：0{rng.randint(310, 999)}-{rng.randint(10**6, 10**7 - 1)}"
        "</td></tr></table></body></html>\n"
    )


def split(draft: Draft, rng: random.Random) -> str:
    """Table 3 cut in two pages, each half with its own header, as converters of PDF do."""

    def halves(grid: Grid) -> tuple[tuple[Row, ...], ...]:
        cut = next((i for i, row in enumerate(grid) if row[0].text.startswith("（四）无法提供")), 0)
        if not cut:
            return (grid,)
        cover = next(i for i, row in enumerate(grid) if row[0].text.startswith("三、"))
        label = grid[cover][0]
        upper = list(grid[:cut])
        upper[cover] = (label._replace(rowspan=cut - cover), *grid[cover][1:])
        lower = list(grid[cut:])
        lower[0] = (label._replace(rowspan=label.rowspan - (cut - cover)), *lower[0])
        return (tuple(upper), (*grid[:3], *lower))

    def table(grid: Grid) -> str:
        parts = []
        for half in halves(grid):
            rows = (
                "<tr>" + "".join(f"<td{_spans(b)}>{escape(draft.cell(b), quote=False)}</td>" for b in row) + "</tr>"
                for row in half
            )
            parts.append('<table border="1" cellspacing="0"><tbody>' + "\n".join(rows) + "</tbody></table>")
        return '\n<p class="page">　</p>\n'.join(parts)

    def one(block: Block) -> str:
        return f"<p>　　{escape(block.text, quote=False)}</p>"

    body = _blocks(draft, one, table)
    return f"{_head(draft, rng, 'utf-8')}<body><h2>{escape(draft.title)}</h2>\n{body}\n</body></html>\n"


PAGES: dict[str, Page] = {"clean": clean, "word": word, "wps": wps, "nested": nested, "split": split}
