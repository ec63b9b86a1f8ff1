"""The sentences of the generator: a family per thing told, several wordings each, with the gold written in.

An entry is (conditions, template); see markup.py for templates and context.py for the names. A condition is a name that
must not be 0 in the facts, or with ! must be 0: f19 and f21 the form, gov a government, big county level and above.
All wording is the project's own; figures without a counterpart in the tables are free.
"""

# ruff: noqa: E501  (a sentence with its gold is easier to read on one line)
from __future__ import annotations

Entry = tuple[str, str]
Family = tuple[Entry, ...]

_W = "|disclosure.items|ch=website"
_ALL = "sc=$all sk=jurisdiction"

ACTIVE: dict[str, Family] = {
    "channels": (
        (
            "",
            "全年主动公开政府信息{$w条|disclosure.items|ch=all id=w}，其中门户网站{$web条|disclosure.items|ch=website in=w}、"
            "政务微信{$wx条|disclosure.items|ch=wechat in=w}、政务微博{$wb条|disclosure.items|ch=weibo in=w}。",
        ),
        (
            "",
            "通过政府网站发布信息{$web条" + _W + "}，微信公众号推送{$wx条|disclosure.items|ch=wechat}，"
            "微博发布{$wb条|disclosure.items|ch=weibo}。",
        ),
        (
            "",
            "微博、微信分别发布信息{$wb条|disclosure.items|ch=weibo}、{$wx条|disclosure.items|ch=wechat}，"
            "网站公开{$web条" + _W + "}。",
        ),
        (
            "gov",
            "$all主动公开各类信息{$w条|disclosure.items|"
            + _ALL
            + " id=w}（网站{$web条|disclosure.items|ch=website in=w "
            + _ALL
            + "}，微信{$wx条|disclosure.items|ch=wechat in=w "
            + _ALL
            + "}，微博{$wb条|disclosure.items|ch=weibo in=w "
            + _ALL
            + "}）。",
        ),
        (
            "",
            "年内在门户网站公开信息{$web_yu|disclosure.items|ch=website}，微信公众号发文{$wx条|disclosure.items|ch=wechat}。",
        ),
    ),
    "kinds": (
        (
            "",
            "按内容看，网站信息{$web条"
            + _W
            + " id=k}中，财政资金类{$web1条"
            + _W
            + " cat=财政资金类 in=k}，民生保障类{$web2条"
            + _W
            + " cat=民生保障类 in=k}，其他类{$web3条"
            + _W
            + " cat=其他类 in=k}。",
        ),
        (
            "",
            "网站公开概况类信息{$web1条"
            + _W
            + " cat=概况类}、动态类信息{$web2条"
            + _W
            + " cat=动态类}、公告类信息{$web3条"
            + _W
            + " cat=公告类}。",
        ),
        (
            "",
            "重点领域信息在网站公开{$web2条"
            + _W
            + " cat=重点领域}，政策法规栏目公开{$web1条"
            + _W
            + " cat=政策法规}。",
        ),
    ),
    "normative": (
        (
            "f21",
            "制发行政规范性文件{$iss件|t2.normative.issued}，废止{$rep件|t2.normative.repealed}，"
            "截至年底现行有效{$inf件|t2.normative.in_force|pe=since}。",
        ),
        (
            "f21",
            "现行有效的行政规范性文件共{$inf件|t2.normative.in_force|pe=since id=f}，其中本年新出台{$iss件|t2.normative.issued|in=f}。",
        ),
        (
            "f21 iss",
            "出台行政规范性文件{$iss件|t2.normative.issued}，同步做好解读；经清理，宣布失效和废止{$rep件|t2.normative.repealed}。",
        ),
        (
            "f21 !iss",
            "本年度{未制发|t2.normative.issued|z}行政规范性文件，现行有效{$inf件|t2.normative.in_force|pe=since}。",
        ),
        (
            "f19",
            "新制作规范性文件{$mad件|t2.normative.made}，新公开{$pub件|t2.normative.published}，"
            "对外公开总数{$ptot件|t2.normative.published_total|pe=since}。",
        ),
        ("f19 mad", "全年公开规范性文件{$pub件|t2.normative.published}，均附解读材料。"),
    ),
    "licensing": (
        (
            "lic f21",
            "作出行政许可决定{$lic件|t2.licensing.decisions}，行政处罚决定{$pen件|t2.penalty.decisions}，"
            "行政强制决定{$coe件|t2.coercion.decisions}。",
        ),
        ("lic", "办理行政许可{$lic件|t2.licensing.decisions}，结果在办结后及时上网。"),
        ("pen", "全年作出行政处罚决定{$pen宗|t2.penalty.decisions}，处罚依据、程序和结果同步公示。"),
        ("f19", "行政许可事项上一年为{$lprev项|t2.licensing.items_prev|pe=since}，按调整后的清单逐项更新办事指南。"),
    ),
    "procurement": (
        ("f19 proj", "实施政府集中采购项目{$proj个|t2.procurement.projects}，采购公告和结果全部上网。"),
        ("f19 proj", "政府集中采购{$proj项|t2.procurement.projects}，总金额{$amount元|t2.procurement.amount}。"),
    ),
    "gazette": (
        ("big", "编印政府公报{$gaz期|gazette.issues}，赠阅{$gazc份|gazette.copies}。"),
        ("big", "政府公报全年出刊{$gaz_cn期|gazette.issues}，发放到村、社区和图书馆共{$gazc余份|gazette.copies}。"),
        ("big", "出版公报{$gaz期|gazette.issues}，刊登文件{$docs件|disclosure.documents|ch=gazette}。"),
    ),
    "interpretation": (
        (
            "",
            "发布政策解读{$int篇|interpretation.items|id=i}，其中图解{$inta篇|interpretation.items|in=i cat=图解}、"
            "视频{$intb篇|interpretation.items|in=i cat=视频}、文字{$intc篇|interpretation.items|in=i cat=文字}。",
        ),
        (
            "",
            "围绕重要文件制作解读材料{$int件|interpretation.items|id=i}（图解{$inta件|interpretation.items|in=i cat=图解}，"
            "视频{$intb件|interpretation.items|in=i cat=视频}，文字{$intc件|interpretation.items|in=i cat=文字}）。",
        ),
        ("", "配发各类解读{$int个|interpretation.items}，解读率{100%|interpretation.rate}。"),
        (
            "",
            "推出解读{$int条|interpretation.items}，图解、视频占比{$intshare|interpretation.items|m=share of=interpretation.items}。",
        ),
    ),
    "press": (
        ("", "举行新闻发布会{$pc场|press.conferences}，媒体通气会{$pb次|press.briefings}。"),
        ("", "组织新闻发布会{$pc_cn场|press.conferences}，接受媒体采访{$pi次|press.interviews}。"),
        ("", "在各级媒体刊发稿件{$pa篇|press.articles}，负责人做客在线访谈{$iv期|interviews}。"),
        ("", "开展在线访谈{$iv次|interviews}，在省级以上媒体发表报道{$pa余篇|press.articles}。"),
    ),
    "consultation": (
        ("", "就重大决策草案开展意见征集{$ct次|consultation.topics}，收到公众意见{$co条|consultation.opinions}。"),
        ("", "组织民意征集{$ct项|consultation.topics}，采纳合理建议{$co条|consultation.opinions}。"),
        ("", "网上征集调查{$ct期|consultation.topics}，反馈意见{$co条|consultation.opinions}，结果逐条公示。"),
    ),
    "mailbox": (
        ("", "领导信箱收到来信{$mb件|mailbox.received}，办结{$mbh件|mailbox.replied}。"),
        ("", "办理网民留言{$mbh件|mailbox.replied}，回复率{$mbrate|mailbox.reply_rate}。"),
        ("", "受理网上来信{$mb件|mailbox.received}，群众满意率{$mbsat|mailbox.satisfaction_rate}。"),
        ("", "“我要写信”栏目收信{$mb件|mailbox.received}，公开答复{$mbp件|mailbox.published}。"),
    ),
    "thresholds": (
        (
            "",
            "阅读量{!5000}以上的推文有{$iv_up条|newmedia.items|alt=disclosure.items}，{!10万}+作品{$pc_up篇|newmedia.items}。",
        ),
        (
            "",
            "落实“{!五公开}”和{!三审三校}要求，阅读量{!1万}以上的图文达{$iv_up条|newmedia.items|alt=disclosure.items}。",
        ),
    ),
    "own_cases": (
        ("", "全年办理行政应诉案件{$own件|other:行政应诉案件}，机关负责人出庭率{100%|other:负责人出庭率}。"),
        (
            "",
            "依法审查合同和文件{$docs件|other:审查合同和文件|id=x}，其中规范性文件{$own件|other:审查规范性文件|in=x}。",
        ),
    ),
    "responses": (
        ("", "回应社会关切{$resp次|responses.items}，未出现大的舆情反复。"),
        ("", "就群众关心的热点问题发布回应{$resp条|responses.items}。"),
        ("", "针对热点舆情主动回应{$resp_cn次|responses.items}。"),
    ),
    "proposals": (
        ("", "承办人大代表建议、政协提案{$prop件|proposals.handled}，满意率{$propsat|proposals.satisfaction_rate}。"),
        (
            "",
            "办理建议提案{$prop件|proposals.handled}，办复率、满意率均为{100%|proposals.reply_rate;proposals.satisfaction_rate}。",
        ),
        (
            "",
            "公开建议提案办理结果{$propp件|disclosure.items|cat=建议提案办理结果 alt=other:公开建议提案办理结果,proposals.handled}。",
        ),
    ),
    "meetings": (
        (
            "big",
            "召开政府常务会议{$meet次|meetings.held}，公开会议信息{$meetp条|meetings.published|alt=disclosure.items}。",
        ),
        ("big", "邀请群众列席会议{$pubp人次|participation.public}，听取意见后再行决策。"),
        ("big", "全年公开政府会议{$meetp次|meetings.published}，议题和决定事项一并说明。"),
    ),
    "documents": (
        (
            "",
            "公开政策文件{$docs件|disclosure.documents}，历史文件数字化后全文电子化率达{$ftr|disclosure.fulltext_rate}。",
        ),
        ("", "全年公开各类文件{$docs份|disclosure.documents}，公文主动公开率为{$dr|disclosure.rate}。"),
        (
            "",
            "门户网站更新信息{$upd条|disclosure.updated|ch=website alt=disclosure.items}，纠正表述错误{$fix处|other:纠正错误}。",
        ),
    ),
    "service": (
        ("big", "梳理政务服务事项{$sit项|service.items|pe=since}，网上可办率{$srate|service.rate}。"),
        ("", "办结政务服务事项{$sdone件|service.completed}，群众满意率{$ssat|service.satisfaction_rate}。"),
        ("big", "公布权责清单事项{$pow项|powers.items|pe=since}。"),
    ),
}

_R = "|t3.received"

REQUESTS: dict[str, Family] = {
    "main": (
        (
            "rec",
            "收到政府信息公开申请{$rec件"
            + _R
            + "}，上年结转{$cin件|t3.carried_in}，办结{$hnd件|t3.handled}，结转下年{$cout件|t3.carried_out}。",
        ),
        ("rec gov", "$all共收到公开申请{$rec件" + _R + "|" + _ALL + "}，全部依法受理；答复{$hnd件|t3.handled}。"),
        (
            "rec cin cout",
            "答复公开申请{$hnd件|t3.handled|id=h}（含上年结转{$cin件|t3.carried_in|in=h}，另有{$cout件|t3.carried_out}按规定顺延到下年）。",
        ),
        (
            "rec cin",
            "新收申请{$rec件" + _R + "}，连同上年结转{$cin件|t3.carried_in}，应办{$intake件|requests.intake}。",
        ),
        ("rec !cin !cout", "收到申请{$rec件" + _R + "}，均在当年办结，{无|t3.carried_out|z}结转。"),
        ("rec", "受理申请{$rec件|t3.received}，办理完毕{$hnd件|t3.handled}。"),
        ("rec small", "全年接到公开申请{$rec_cn件" + _R + "}，答复{$hnd件|t3.handled}。"),
        ("!rec", "本年度{未收到|t3.received|z}政府信息公开申请。"),
        ("!rec", "公开申请方面，全年{未收到|t3.received|z}任何申请。"),
        ("rec", "申请总量为{$rec件" + _R + "}，答复总量为{$hnd件|t3.handled}。"),
    ),
    "results": (
        (
            "hnd",
            "在办结的{$hnd件|t3.handled|id=h}申请中，予以公开{$g件|t3.granted|in=h}，部分公开{$p件|t3.partial|in=h}，不予公开"
            "{$d件|t3.denied|in=h}，无法提供{$u件|t3.unavailable|in=h}，不予处理{$j件|t3.rejected|in=h}，其他处理{$o件|t3.other|in=h}。",
        ),
        ("hnd", "从结果看，予以公开{$g件|t3.granted}，占{$sg|t3.granted|m=share of=t3.handled}。"),
        (
            "hnd disc",
            "予以公开及部分公开{$disc件|t3.disclosed}，占办结总数的{$sdisc|t3.disclosed|m=share of=t3.handled}；"
            "无法提供{$u件|t3.unavailable}。",
        ),
        ("nh", "因本机关不掌握相关信息{$nh件|t3.unavailable.not_held}，已告知申请人获取途径。"),
        ("d", "不予公开{$d件|t3.denied}，占比{$sd|t3.denied|m=share of=t3.handled}，均说明理由和救济渠道。"),
        ("tp", "为保护第三方合法权益而不予公开的{$tp件|t3.denied.third_party}，事前均书面征求意见。"),
        ("pet", "属信访举报投诉类申请{$pet件|t3.rejected.petition}，已引导到相应渠道。"),
    ),
    "arrival": (
        (
            "rec",
            "按提交方式分，网络申请{$onl件|requests.received.online}，信函申请{$let件|requests.received.letter}，"
            "当面申请{$inp件|requests.received.in_person}。",
        ),
        ("rec", "全年申请{$rec件" + _R + "|id=q}，其中通过网上平台提交{$onl件|requests.received.online|in=q}。"),
        (
            "rec let",
            "以信函方式提出的申请有{$let件|requests.received.letter}，网上提出的{$onl件|requests.received.online}。",
        ),
    ),
    "columns": (
        (
            "rec",
            "申请人为自然人的{$nat件|t3.received|col=natural}，法人或其他组织{$leg件|t3.received|col=legal_entities}。",
        ),
        ("bus", "从申请人看，申请{$rec件" + _R + "|id=n}，其中商业企业提出{$bus件|t3.received|col=business in=n}。"),
    ),
    "growth": (
        ("grup", "申请量与上年相比增长{$gr|t3.received|m=change_rate of=t3.received}。"),
        ("grdown", "申请量比上年下降{$gr|t3.received|v=-$grv m=change_rate of=t3.received}。"),
        ("lup", "申请数量较上年增加{$ldiff件|t3.received|m=change of=t3.received}。"),
        ("ldown", "申请数量较上年减少{$ldiff件|t3.received|v=-$ldiff m=change of=t3.received}。"),
    ),
    "before": (
        ("lrec", "上年收到申请{$lrec件|t3.received|pe=last_year}，本年收到{$rec件|t3.received}。"),
        ("f19 adds", "行政许可事项比上年增加{$adds项|t2.licensing.items_change}。"),
    ),
    "days": (
        ("rec", "答复一般在{!20个工作日}内作出，平均用时{$days个工作日|other:平均答复用时}。"),
        ("rec", "平均办理时间比法定期限缩短{$saved个工作日|other:缩短办理时间}。"),
    ),
    "ontime": (
        ("rec", "申请按时办结率{100%|requests.on_time_rate}。"),
        ("rec", "答复率、按时答复率均为{100%|requests.reply_rate;requests.on_time_rate}。"),
    ),
    "fee": (
        ("", "全年{未收取|fee.collected|z}信息处理费。"),
        ("", "办理申请过程中{未收取|fee.collected|z}信息处理费。"),
        ("", "收取信息处理费{0元|fee.collected}。"),
    ),
    "inquiries": (
        ("", "接受电话和现场咨询{$inq人次|inquiries.received}。"),
        ("", "解答公众咨询{$inq件次|inquiries.replied|alt=inquiries.received}。"),
    ),
    "cases": (
        (
            "rv st",
            "因信息公开引起行政复议{$rv件|t4.review.total|id=v}，其中维持{$rvu件|t4.review.upheld|in=v}、纠正{$rvc件|t4.review.corrected|in=v}、"
            "其他结果{$rvo件|t4.review.other|in=v}、尚未审结{$rvp件|t4.review.pending|in=v}；行政诉讼{$st件|t4.suit.total}。",
        ),
        ("rv !st", "信息公开方面的行政复议{$rv件|t4.review.total}，{未发生|t4.suit.total|z}行政诉讼。"),
        ("!rv !st", "全年{未发生|t4.review.total;t4.suit.total|z}因政府信息公开引起的行政复议和行政诉讼。"),
        ("!rv !st", "本年度{无|t4.review.total;t4.suit.total|z}信息公开方面的行政复议、行政诉讼案件。"),
        (
            "st",
            "行政诉讼{$st件|t4.suit.total|id=s}，其中结果维持{$stu件|t4.suit.upheld|in=s}，结果纠正{$stc件|t4.suit.corrected|in=s}，"
            "尚未审结{$stp件|t4.suit.pending|in=s}。",
        ),
        ("sdt sat", "未经复议直接起诉{$sdt件|t4.suit_direct.total}，复议后起诉{$sat件|t4.suit_after_review.total}。"),
        (
            "rvu !rvc !rvo !rvp",
            "信息公开行政复议{$rv件|t4.review.total|id=v}，其中维持{$rvu件|t4.review.upheld|in=v}。",
        ),
        ("!rv st", "{没有|t4.review.total|z}行政复议案件，行政诉讼{$st件|t4.suit.total}。"),
    ),
}
