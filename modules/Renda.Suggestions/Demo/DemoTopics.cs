namespace Renda.Suggestions.Demo;

/// <summary>A suggestion of the demo city: invented, of the kind counties get.</summary>
/// <param name="Title">Title.</param>
/// <param name="Subject">Subject, a code.</param>
/// <param name="Committee">Committee, a code.</param>
/// <param name="Unit">Duty of the unit that leads.</param>
/// <param name="Co">Duty of a unit that helps, or null.</param>
/// <param name="Situation">First part.</param>
/// <param name="Analysis">Second part.</param>
/// <param name="Proposal">Third part.</param>
/// <param name="Reply">What the unit replies.</param>
/// <param name="Promise">What it promises beside; empty for nothing.</param>
internal sealed record DemoTopic(string Title, string Subject, string Committee, string Unit, string? Co, string Situation, string Analysis, string Proposal, string Reply, string Promise = "")
{
    public static IReadOnlyList<DemoTopic> All { get; } =
    [
        new("加快老旧小区电动自行车充电设施建设", "livelihood", "construction", "housing-construction", "power", "县城 2005 年以前建成的小区有 63 个，多数没有集中充电点，居民从楼上拉线充电的情况普遍。", "小区公共用地少，电力容量不足，投资主体和收费标准不明确，物业和社区都不敢牵头。", "由住建部门牵头列出三年改造清单，供电公司同步增容，每年先做 20 个小区，收费标准向居民公示。", "已会同供电公司现场踏勘 41 个小区，今年完成 18 个小区 1,240 个充电端口的建设，收费标准已公示。", "其余 45 个小区的充电设施年内全部建成。"),
        new("治理农村杆线“空中蜘蛛网”", "infrastructure", "construction", "power", "telecom", "全县行政村弱电线路交叉缠绕较多，红山、回车岭等村有线路低于三米，大车通过有危险。", "电力、通信、广电各自架线，废弃线路无人拆除，缺少统一的整治标准和责任单位。", "由供电公司牵头，各运营商共同参与，先易后难逐村整治，废弃线缆限期拆除，整治一村、验收一村。", "已成立杆线整治专班，完成 26 个村的整治，拆除废弃线缆 87 公里。"),
        new("增设城南公交线路方便学生上学", "services", "construction", "transport", null, "城南新建小区入住 8,000 多户，到城南中学只有一条公交线路，早高峰每班间隔 25 分钟。", "线路是 2016 年规划的，没有随人口增长调整，家长接送造成校门口拥堵。", "开通城南社区至学校的定制公交，早晚高峰各增加三班，暑假前完成线路论证。", "已开通定制公交 12 号线，早晚高峰间隔缩短到 10 分钟，试运行两个月日均客流 900 人次。"),
        new("支持紫笋茶产业数字化", "agriculture", "rural", "agriculture", null, "全县茶园 16 万亩，标准化茶园占比不到三成，产品多以散装销售。", "茶农以小户为主，缺少统一的质量追溯和品牌管理，年轻人不愿意接手。", "建设茶园物联网示范基地，推行一品一码，对加入区域公用品牌的茶农给予奖补。", "已将数字茶园列入三年计划，今年建成示范基地 3 个，其余基地分年推进。", "明年再建成数字茶园示范基地 4 个，一品一码覆盖六成以上茶农。"),
        new("完善合溪水库饮用水源保护", "resources", "construction", "water", "environment", "水库上游仍有零星垂钓、野炊，汛期漂浮物多，打捞能力不足。", "保护区围网年久失修，巡查人员少，群众对保护范围不清楚。", "更换破损围网，增设视频监控和界桩，建立村级巡护员队伍。", "围网已更换 12 公里，新增监控 34 处，巡护员 46 名已经上岗。"),
        new("加强社区卫生服务站儿科力量", "social", "education", "health", null, "乡镇卫生院能看儿科的不到一半，孩子发烧要跑县城。", "儿科医生待遇与工作量不匹配，全科医生儿科培训不足。", "县级医院儿科医生下沉坐诊，三年内每个乡镇卫生院有一名能看儿科常见病的医生。", "已安排县人民医院 9 名儿科医生轮流下沉，全科医生儿科培训完成 2 期；力争三年内全覆盖。", "每个乡镇卫生院至少有一名能看儿科常见病的医生。"),
        new("整治镇区机动车乱停放", "services", "construction", "urban-management", "transport", "和平镇老街两侧机动车占道严重，消防车难以通过。", "停车位缺口约 600 个，管理以劝导为主，效果不持久。", "利用闲置地块建设临时停车场，老街实行单侧停车和限时停车。", "已新增临时停车位 280 个，老街实施单侧限时停车。"),
        new("建设村级养老助餐点", "social", "society", "health", null, "偏远村八十岁以上独居老人较多，吃饭成问题。", "单个村用餐人数少，运营亏损，缺少持续的补助。", "以中心村食堂为依托设配送点，县镇两级按用餐人次补助。", "该项工作涉及资金和运营机制，拟先在三个镇试点后推广。"),
        new("提升中小企业融资便利", "industry", "finance", "telecom", null, "小微企业反映贷款手续多、周期长，信用信息分散。", "企业的税务、用电、社保等信息没有打通，银行难以判断。", "依托公共数据平台建设融资服务专区，推行授信白名单。", "融资服务专区已上线，归集 21 类信用信息，首批 326 家企业进入白名单。"),
        new("推进中小河道生态修复", "resources", "construction", "water", "agriculture", "部分村级河道淤积严重，夏季水葫芦多、有异味。", "清淤周期长，农田退水没有拦截，村级管护经费不足。", "把 30 条重点河道列入清淤计划，建设生态拦截沟渠，落实河长补助。", "已完成 17 条河道清淤，其余列入明后两年计划。", "剩余 13 条河道的清淤和生态拦截沟渠建设。"),
        new("规范房屋建筑施工扬尘管理", "resources", "construction", "housing-construction", "environment", "县城东部工地集中，晴天扬尘大，居民不敢开窗。", "部分工地喷淋设施不开，夜间运输车辆覆盖不严。", "所有工地安装在线监测并联网，超标自动报警，纳入企业信用。", "86 个工地的在线监测已经联网，今年立案查处 11 起。"),
        new("修订完善乡镇国土空间规划", "infrastructure", "construction", "natural-resources", null, "村民建房、产业用地与规划不一致的情况较多，项目落地慢。", "规划编制时间早，村庄分类与实际变化不符。", "结合新一轮规划，对有实际需求的村给予弹性指标，简化局部调整程序。", "受上位规划约束，暂不具备单独调整条件，已将意见纳入下一轮规划研究。"),
        new("加强校园周边食品安全监管", "livelihood", "education", "health", null, "学校周边流动摊点多，三无食品屡禁不止。", "摊点流动性强，执法时间与放学时间错开。", "放学时段定岗巡查，建立学校、家长共同监督机制。", "放学时段定岗巡查已覆盖 42 所学校，收缴三无食品 300 余件。"),
        new("推动农村公路提档升级", "infrastructure", "construction", "transport", null, "通村公路有 120 公里路面宽度不足四米，会车困难。", "建设年代早，养护资金不足，拓宽涉及征地。", "分五年拓宽改造，优先安排通公交、通校车的路段。", "今年改造 28 公里，其余分年实施。"),
        new("优化县域数字政务服务", "services", "general", "telecom", null, "群众反映同一材料在不同窗口重复提交，老年人不会用手机办事。", "部门系统没有完全打通，线下帮办力量不足。", "推行材料一次提交、多处共享，每个便民中心设老年人帮办岗。", "材料共享已覆盖 138 个事项，43 个便民中心设置了帮办岗。"),
        new("扶持毛竹产业转型", "agriculture", "rural", "agriculture", null, "毛竹价格低迷，林农不愿砍伐，竹林退化。", "初级加工企业关停后缺少消化渠道，运输道路不完善。", "支持竹材新产品研发和林道建设，探索竹林碳汇交易。", "已落实林道建设补助 45 公里，碳汇交易正在争取试点。"),
        new("加快和平镇污水管网建设", "infrastructure", "construction", "housing-construction", "water", "镇区东片尚有 1,300 户污水直排，雨天漫溢。", "管网建设滞后于安置房建设，雨污混接。", "将东片管网列入明年项目，同步改造混接点。", ""),
        new("加强新业态劳动者权益保障", "social", "society", "transport", null, "外卖骑手、网约车司机没有固定休息点，参保率低。", "平台用工关系复杂，职能交叉。", "建设骑手驿站，探索职业伤害保障。", ""),
        new("规范景区周边民宿用电安全", "services", "construction", "power", null, "旅游旺季民宿用电负荷高，私拉乱接时有发生。", "多数民宿由农房改造，线路容量不足。", "开展用电安全体检，实行负荷预警。", ""),
        new("保护利用太湖溇港文化遗产", "social", "education", "natural-resources", null, "溇港水系周边建设活动增多，部分古桥缺少保护标识。", "保护范围和责任主体不清。", "划定保护范围，设立标识，开展数字化测绘。", ""),
        new("推进农村电网改造升级", "infrastructure", "construction", "power", null, "夏季用电高峰时，山区村电压偏低，空调带不动。", "台区容量小，线路半径长，改造排期靠后。", "对低电压台区逐一登记，三年内改造完成。", ""),
        new("加快农村电网改造", "infrastructure", "construction", "power", null, "煤山、小浦等镇部分村低电压问题突出。", "变压器老化，负荷增长快。", "优先改造低电压台区，公布改造计划。", ""),
        new("改善村级公共卫生厕所管护", "services", "construction", "urban-management", "health", "部分村公厕无人打扫，冬季停水。", "管护经费不落实，没有考核。", "落实管护人员和经费，纳入长效考核。", ""),
        new("支持返乡青年创业", "industry", "finance", "agriculture", null, "返乡青年创业缺场地、缺资金。", "扶持政策分散在多个部门，申请手续复杂。", "建立一站式服务窗口，提供贴息贷款。", ""),
    ];
}
