"""The sentences of the generator on management, platforms, supervision, and the filler paragraphs without figures."""

# ruff: noqa: E501  (a sentence with its gold is easier to read on one line)
from __future__ import annotations

from pipeline.samples.templates import Family

MANAGEMENT: dict[str, Family] = {
    "catalog": (
        ("", "信息公开目录现有条目{$cati条|catalog.items}，按季度核对。"),
        ("big", "编制{$dom个|catalog.domains}试点领域的基层政务公开标准目录，覆盖单位{$cov家|coverage.units}。"),
        ("", "公开标准目录涉及{$dom个|catalog.domains}领域，目录条目{$cati条|catalog.items}。"),
    ),
    "cleaning": (
        ("", "集中清理失效信息{$fix条|other:清理失效信息}，修复错误链接{$lnk个|other:修复错误链接}。"),
        ("", "年内开展隐私信息排查{$insp次|inspections.held}，撤下不宜公开的内容{$lnk条|other:撤下信息}。"),
    ),
}

PLATFORM: dict[str, Family] = {
    "sites": (
        (
            "gov",
            "$all运行政府网站{$sites家|websites.count|pe=since sc=$all sk=jurisdiction}，年访问量{$visits_wan次|websites.visits}。",
        ),
        ("", "门户网站全年访问量达到{$visits_wan次|websites.visits}，开设专栏{$cols个|columns.count}。"),
        ("", "新设专题专栏{$cols_cn个|columns.count}，网站总访问量突破{$visits_wan次|websites.visits|b=min}。"),
        ("", "网站页面浏览{$visits_yu次|websites.visits}。"),
    ),
    "media": (
        (
            "",
            "备案的政务新媒体账号{$accn个|newmedia.accounts|pe=since}，粉丝{$fol_wan人|newmedia.followers|pe=since}。",
        ),
        ("", "新开设政务新媒体{$opn个|newmedia.opened}，注销{$cls个|newmedia.closed}。"),
        (
            "",
            "微信公众号粉丝{$fol人|newmedia.followers|ch=wechat pe=since}，推文阅读量累计{$reads_wan次|newmedia.reads|ch=wechat}。",
        ),
        ("", "政务微博粉丝超过{$fol_wan|newmedia.followers|ch=weibo pe=since b=min imp u=人}。"),
        (
            "",
            "制作短视频{$vid个|newmedia.items}，播放量约{$reads_wan次|newmedia.reads|b=approx}，被转载{$rep_n次|newmedia.reposts}。",
        ),
        ("", "关停长期不更新的账号{$cls个|newmedia.closed}，保留{$accn个|newmedia.accounts|pe=since}。"),
    ),
    "venues": (
        ("", "在办事大厅建成政务公开专区{$ven个|venues.count|pe=since}，自助查询机常年开放。"),
        ("", "设立信息公开查阅点{$aps个|access_points.count|pe=since}，提供免费打印。"),
        ("", "政务公开专区{$ven_cn个|venues.count|pe=since}、查阅点{$aps个|access_points.count|pe=since}向公众开放。"),
    ),
    "ratio": (
        ("", "网站日均访问量是上年的{$ratio倍|websites.visits|m=ratio of=websites.visits}。"),
        ("", "群众满意率较上年提高{$pp个百分点|service.satisfaction_rate|m=change of=service.satisfaction_rate}。"),
    ),
    "hotline": (
        (
            "big",
            "{!12345}热线受理诉求{$hot件|hotline.received}，日均{$hotd件|hotline.daily_avg}，满意率{$hotsat|hotline.satisfaction_rate}。",
        ),
        (
            "big",
            "政务服务热线接听群众来电{$hot_wan件|hotline.received}，直接答复率{$hotdir|hotline.direct_answer_rate}。",
        ),
        (
            "big",
            "热线工单办结{$hoth件|hotline.handled}，办结率{$hotrate|hotline.handled_rate}，平均用时{$hotday天|hotline.avg_days}。",
        ),
        ("big", "热线按时办结率在{$hotontime以上|hotline.on_time_rate|b=min}。"),
    ),
    "data": (
        ("big", "向社会开放数据集{$dst个|data.sets}，接口{$dif个|data.interfaces}。"),
        ("big", "公共数据平台新增数据集{$dst_cn个|data.sets}。"),
    ),
}

SUPERVISION: dict[str, Family] = {
    "halves": (
        (
            "",
            "上半年集中培训{$tr次|training.sessions|pe=part_year}，下半年又组织{$insp次|training.sessions|pe=part_year}。",
        ),
        ("", "截至{!11月底}，已走访企业{$odp家|other:走访企业|pe=part_year alt=coverage.units}。"),
    ),
    "training": (
        ("", "举办政务公开培训{$tr期|training.sessions}，参训{$trp人次|training.people}。"),
        ("", "组织业务培训{$tr次|training.sessions}，培训人员{$trp余人次|training.people}。"),
        ("", "开展专题培训{$tr_cn场|training.sessions}，覆盖工作人员近{$trp人次|training.people|b=approx}。"),
        ("", "集中授课{$tr场|training.sessions}，累计{$trp人|training.people}到场学习。"),
    ),
    "inspection": (
        ("", "开展监督检查{$insp次|inspections.held}，涉及单位{$cov家|coverage.units}。"),
        ("", "对各单位公开栏目检查{$insp_cn次|inspections.held}，合格率{$passr|evaluation.pass_rate}。"),
        ("", "督查{$insp次|inspections.held}，发现问题{$fix个|other:发现问题}，已全部整改。"),
    ),
    "evaluation": (
        ("", "在上级组织的评估中得分{$score分|evaluation.score|m=score}。"),
        ("", "政务公开考评得{$score分|evaluation.score|m=score}，位居{第$rank名|evaluation.rank|m=rank}。"),
        ("", "第三方评估列同级单位{第$rank名|evaluation.rank|m=rank}。"),
    ),
    "staff": (
        ("", "配备专职人员{$sf人|staff.full_time|pe=since}、兼职人员{$sp人|staff.part_time|pe=since}。"),
        (
            "",
            "从事信息公开工作的人员共{$stt人|staff.total|pe=since id=t}，其中专职{$sf人|staff.full_time|pe=since in=t}，"
            "兼职{$sp人|staff.part_time|pe=since in=t}。",
        ),
        ("gov", "$all有信息公开工作人员{$stt名|staff.total|pe=since sc=$all sk=jurisdiction}。"),
    ),
    "funding": (
        ("", "全年投入经费{$fund万元|funding.amount}，用于平台维护和培训。"),
        ("", "安排专项经费约{$fund万元|funding.amount|b=approx}。"),
        ("", "财政保障工作经费{$fundyuan元|funding.amount}。"),
    ),
    "accountability": (
        ("", "全年{未发生|accountability.cases|z}责任追究情形。"),
        ("", "{没有|accountability.cases|z}因信息公开工作不力被追究责任的情况。"),
    ),
    "outreach": (
        ("", "政府开放日、政策宣讲各举办{$od场|open_days.held;outreach.events}。"),
        ("", "举办政府开放日{$od场|open_days.held}，{$odp人次|activities.people}走进机关。"),
        ("", "开展政策宣讲{$ore场|outreach.events}，发放宣传资料{$mat份|outreach.materials}。"),
        ("", "印发宣传册{$mat余份|outreach.materials}，宣讲进村入户{$ore次|outreach.events}。"),
    ),
    "study": (
        ("", "召开工作推进会{$mt次|meetings.held}，赴基层调研{$rs次|research.visits}。"),
        ("", "主要负责人主持研究公开工作{$mt_cn次|meetings.held|alt=other:研究公开工作}。"),
    ),
}

PROBLEMS: dict[str, Family] = {
    "problem": (
        (
            "",
            "一年来的工作虽有进步，仍存在一些不足：公开内容的深度不够，个别栏目更新不及时；解读形式比较单一，群众看得懂、用得上的还不多。",
        ),
        (
            "",
            "对照群众期待，差距主要在三个方面：主动公开的意识还不均衡，有的单位习惯等通知；答复文书说理不透；基层工作人员更换频繁，业务衔接不畅。",
        ),
        ("", "目前的短板在于信息分散、检索不便，历史文件的整理进度偏慢，部门之间口径不一的情况时有发生。"),
        ("", "在日常检查中发现，少数单位对公开属性的认定偏于保守，图表图解用得少，网站适老化改造还没有完全到位。"),
    ),
    "plan": (
        ("", "下一步将把公开要求嵌进办文办会流程，起草时就确定公开属性；对常见申请事项编写答复指引，减少反复补正。"),
        (
            "",
            "下一年度，计划再组织{!2期}业务轮训，逐项核对公开目录；加强与司法行政部门的会商，提高依申请公开的办理质量。",
        ),
        ("", "今后重点做好几件事：把政策讲明白，把渠道理顺，把队伍稳住，让每一条公开的信息都经得起查、经得起问。"),
        ("", "针对上述问题，将建立问题清单和责任清单，整改一件销号一件；同时向先进地区学习，改进栏目设置和检索功能。"),
    ),
}

FILLERS: tuple[str, ...] = (
    "坚持以公开为常态、不公开为例外，把群众是否满意作为衡量工作的尺子，决策前听意见，执行中讲进展，办结后晒结果，让权力运行的每个环节都看得见。",
    "主要领导多次过问公开工作，分管领导定期调度，办公室牵头抓总，各内设机构按照职责分工抓好落实，形成了上下衔接、左右配合的工作格局。",
    "严格执行先审查后公开的程序，起草人提出意见，科室负责人把关，分管领导审定，涉及敏感事项的另行会商，做到该公开的不遗漏、不该公开的不泄露。",
    "结合机构职能调整，及时更新单位简介、领导分工、办公地址和联系方式，方便群众找得到人、问得到事、办得成事。",
    "在就业、教育、医疗、养老、住房等与百姓息息相关的领域，把政策条文转化成通俗的问答，配上流程图和办事样表，让老人和孩子都能看明白。",
    "对涉企政策进行集中梳理，按照行业和企业规模分类推送，安排专人解答咨询，帮助经营者少跑路、早受益。",
    "依申请公开工作中，注重与申请人沟通，先弄清真实需求，再依法作出答复；对不属于本机关职责的事项，明确告知去哪里申请，避免群众来回奔波。",
    "完善申请登记、审核、办理、答复、归档的全流程管理，文书格式统一，送达方式留痕，重要答复由法律顾问先行审阅。",
    "网站改版后，首页版面更加清爽，搜索框放在显眼位置，常用栏目一步直达；同时增加语音播报和大字模式，照顾不同人群的阅读习惯。",
    "加强政务新媒体管理，落实内容审核和值班读网制度，杜绝错链、错字和不当表述，对群众留言及时回应，不让沟通渠道成为摆设。",
    "把政务公开列入干部学习计划，邀请业务骨干讲解典型案例，采取以案说法、现场模拟的方式，帮助一线人员吃透条例、掌握分寸。",
    "建立健全考核制度，把公开质量同单位年度考评挂钩，对做得好的给予肯定，对进度滞后的及时提醒，促进各项任务落地见效。",
    "畅通监督渠道，公布举报电话和邮箱，主动接受社会各界评议，对提出的意见建议逐条研究，能改的马上改，一时改不了的说明原因。",
    "加强保密审查，明确拟公开信息的审查责任，对个人隐私和商业秘密作必要的技术处理，确保公开与安全两不误。",
    "在基层一线，依托便民服务中心和村社区公示栏，把补贴发放、低保评定、集体资产等事项公开到户，群众的疑问当场就能得到解释。",
    "充分发挥政府公报权威发布的作用，纸质版送到公共阅览场所，电子版同步上网，历史刊期可以按标题和日期检索。",
    "重大项目、征地拆迁、生态环境等信息按照目录要求持续更新，办理依据、过程和结果环环相扣，社会各界可以全程监督。",
    "财政预决算公开做到口径一致、表格齐全，对社会关注的支出变化附有说明，便于公众比较和理解。",
    "及时归集行政执法信息，公布执法主体、人员、依据和程序，典型案例以案释法，推动严格规范公正文明执法。",
    "围绕年度重点任务推进执行公开，按节点公布进展情况，对群众反映集中的难点说清原因、讲明打算，以公开促落实。",
    "推行重大决策预公开，草案、说明和征求意见的方式一并登出，意见采纳情况及时反馈，没有采纳的也讲清理由。",
    "制度层面，对主动公开、依申请公开、考核评议等规定作了修订，把容易扯皮的环节写明白，让经办人有章可循。",
    "围绕优化营商环境，把企业从设立到注销所需的办事信息归到一处，减少重复填报，办理进度可以随时查询。",
    "组织人员逐一核对已经公开的文件，标明有效、失效或者废止，方便群众判断哪些规定仍在执行。",
    "针对农村地区上网不便的情况，把惠农补贴、医保缴费、危房改造等政策印成明白纸，由驻村干部当面讲解。",
    "建立信息员队伍，明确专人报送、审核和维护，人员变动及时交接，避免栏目无人管、信息没人报。",
    "与宣传、网信、信访等部门加强协作，及时掌握社会舆论，对误读的及时说明，对不实的依法澄清。",
    "注重发挥法律顾问作用，疑难申请先行会商，答复内容事实清楚、依据准确、语气平和，从源头上减少争议。",
    "持续做好公共企事业单位信息公开的指导，供水、供气、供热、公交等单位的收费标准和服务承诺便于查找。",
    "食品药品安全、校园安全、消防安全等检查信息按时发布，曝光问题的同时讲解防范知识，提升公众的安全意识。",
    "办公场所设有信息公开查阅角，配备电脑、打印机和工作人员，来访群众可以自行查阅，也可以请人代查。",
    "对照上级下达的年度要点，逐项分解任务，明确牵头单位和完成时限，年中督促、年末验收，件件有着落。",
    "在政策起草阶段就同步考虑解读方案，谁起草谁解读，讲清为什么出台、解决什么问题、群众能得到哪些实惠。",
    "加强档案和历史文件的整理，逐步实现从纸质到电子的转变，为公众查阅和单位利用打下基础。",
    "认真办理公众留言，简单咨询当日回复，复杂事项说明办理进度，回复前由分管负责人审看，杜绝敷衍了事。",
    "对网站内容实行日常巡查和交叉检查，发现空白栏目、长期不更新、链接失效等情况，限期改正并复查。",
    "以基层政务公开标准化规范化为抓手，把目录落到乡镇和村社区，办事流程图上墙，监督电话公开。",
    "推动会议公开常态化，涉及民生的议题邀请利益相关方代表旁听，会后通过图文说明决定的背景和要点。",
    "发布信息坚持准确、及时、规范的原则，标题、来源、时间等要素齐全，附件格式统一，方便下载和转载。",
    "注重公开的实际效果，定期分析访问情况和留言内容，据此调整栏目和解读选题，让公开更贴近群众需要。",
)

ENDINGS: tuple[str, ...] = (
    "没有其他需要报告的事项。",
    "本年度无其他需要报告的事项。",
    "除上述内容外，无需要另行说明的情况。",
    "按照有关规定执行，本年度{未收取|fee.collected|z}信息处理费。",
)

TAILS: tuple[str, ...] = (
    "这些做法简便易行，群众反映较好，也为下一步工作积累了经验。",
    "工作中既讲进度也讲质量，宁可慢一点，也要把事实核准、把话说清。",
    "各单位按照职责抓落实，遇到交叉事项先商量、再行动，避免各说各话。",
    "相关情况定期向主要负责人汇报，存在的困难和建议一并提出。",
    "同时把好的做法固定下来，写进办事规程，让新来的同志也能很快上手。",
    "对群众的疑问不回避、不拖延，讲得清的当面讲清，讲不清的查明后再答。",
    "在具体操作上力求从简，能合并的环节合并，能共享的材料不再重复索要。",
    "通过以上措施，信息发布更加规范，查询更加便捷，监督更加有力。",
    "对落实不力的及时提醒，对反复出现的问题深挖根源，从制度上加以解决。",
    "下一步还将听取基层意见，继续改进方式方法，使工作更接地气、更有温度。",
)
