using Renda.Platform.Demo;

namespace Renda.Visits.Demo;

/// <summary>What a deputy types about one spot.</summary>
/// <param name="Spot">Where in the village: a natural village and a landmark.</param>
/// <param name="Title">Title, at most 30 characters.</param>
/// <param name="Description">One to three sentences.</param>
/// <param name="Suggestion">What the deputy asks for.</param>
public sealed record DemoTelling(string Spot, string Title, string Description, string Suggestion);

/// <summary>
/// Texts of the demo's findings and of all that follows them, put together from parts so that hundreds do not read alike.
/// Chinese only: it is content, not the product's words.
/// </summary>
public static class DemoTexts
{
    private static readonly string[] Hamlets = Cut(
        "塘子头/东头埭/西庄/南浜/北桥/后村/前湾/上潘/下塘/沈家湾/钱家埭/施家浜/朱家兜/陆家坝/费家潭/章家门/姚家坞/石桥头/竹园里/茶山坞/杨树湾/荷花浜/庙前/坝上/老庄/新庄/湖头/横港/双桥/里坞/外坞/大竹园/小溪口/金家埭/潘店/高墩/河西/田畈里/龙头山脚/桑园里");

    private static readonly string[] Landmarks = Cut(
        "村口/老石桥边/文化礼堂前/机埠旁/晒谷场边/小学围墙外/卫生室对面/公交站后/村道拐弯处/农贸市场旁/老年活动室门口/三岔路口/古银杏树下/茶厂后面/渔塘边/便民超市门前/休闲公园旁/灌溉渠边/祠堂东侧/竹林边/水闸旁/变压器旁/停车场北侧/主干道中段");

    private static readonly string[] Openings = Cut(
        "早上走访时看到，/今天进村入户，/傍晚散步路过时发现，/雨后去看了一趟，/接待选民时有三位村民反映，/村里老党员带我去看，/和小组代表一起走村时发现，/上次走访就提过，今天再去看，/顺路查看时发现，/几位住户拉着我说，/送孩子上学的家长反映，/网格员陪同走访时看到，//　");

    private static readonly string[] Closings = Cut(
        "周边有{h}户人家。/老人小孩每天都要经过。/村民意见比较大。/已经存在{k}个多月了。/希望重视。/前年也有类似情况。/附近还有一个公交站。/节假日游客多，影响观感。/////");

    // For each problem: titles, what is seen, what harm it does, what is asked for, what the unit did.
    private static readonly Dictionary<string, Parts> All = new()
    {
        ["pole-leaning"] = new("电线杆老旧倾斜/{n}根电杆歪斜/水泥杆开裂露筋", "{n}根电线杆老旧倾斜，杆身有裂缝/电杆向路边歪了约{d}度，拉线松了/木杆根部腐烂，用手能推动", "刮大风有倒杆危险/下面就是菜地，干活的人不敢靠近", "尽快扶正加固，老杆换新/请供电部门排查同一线路的电杆，一并更换", "更换{n}根12米水泥杆，拉线重新紧固/扶正加固电杆{n}根，浇筑护墩并刷警示漆/对该10千伏支线开展巡查，更换开裂电杆{n}根"),
        ["wires-low"] = new("电线垂落农田树丛/低压线离地不足三米/电线挂在树枝上", "电线垂到树丛里，最低处离地不到{s}米/{n}条电线耷拉在农田上方，农机过不去/树枝压着电线，下雨时冒过火花", "存在触电隐患/收割机进田要人用竹竿撑线", "收紧电线，修剪树枝/抬高线路，能入地的入地", "收紧导线{m}米，修剪树障{n}处/加高横担，线路对地距离升至6.2米/更换绝缘导线{m}米，清理线下树木"),
        ["lines-tangled"] = new("各类管线交织杂乱/通信线缠成一团/墙上线缆像蜘蛛网", "电线、网线、有线电视线缠在一根杆上，分不清是谁家的/废弃通信线{n}条没有拆，盘在半空/线缆沿外墙乱拉，有的已经断头垂地", "影响村容，检修也困难/断头线垂到路上绊过人", "请各运营商一起梳理，废线拆除/管线分类归整，有条件的入地", "牵头三家运营商梳理线缆{m}米，拆除废线{n}条/线缆入管{m}米，加装标识牌{n}块/完成多杆合一，清除废弃吊线{n}处"),
        ["pipes-exposed"] = new("供水管裸露破损/管道接头漏水/污水管悬空断裂", "供水管露在外面，接头处一直漏水/管道支架锈断，有{s}米悬空/开挖后管子没有回填，踩破了一处", "冬天容易冻裂/路面长期湿滑，老人摔过跤", "更换破管并覆土保温/恢复支架，包扎接头", "更换PE管{m}米，回填并恢复路面/增设支墩{n}个，管道保温包扎/修复漏点{n}处，试压合格"),
        ["road-broken"] = new("村道路面坑洼破损/主路{n}处坑槽/水泥路面断板开裂", "路面坑洼{n}处，最深的有{c}厘米/重车压坏路面，断板约{m}米/下水道开挖后路面没修好，积水成塘", "骑电瓶车摔过人/校车每天要绕着走", "尽快修补，限制重车通行/整段重新浇筑，同时修好排水", "铣刨修补{m}平方米，灌缝处理/浇筑C30混凝土{m}平方米，养护期满开放/修补坑槽{n}处，设置限高架一座"),
        ["road-unguarded"] = new("临河路段无护栏/护栏撞断长期未修/急弯临水缺警示", "村道紧挨河边，{m}米没有护栏/护栏被撞断{n}节，只拉了一根绳子/拐弯处临水，晚上没有反光标志", "去年有车滑下去过/学生骑车经过很危险", "加装护栏和反光标/先放警示桩，再做护栏", "安装波形护栏{m}米，增设警示标牌{n}块/修复护栏{n}节，加贴反光膜/先期设置警示柱{n}根，护栏已完工"),
        ["lamp-out"] = new("路灯不亮{n}盏/整条路夜里漆黑/太阳能路灯坏了", "连续{n}盏路灯不亮，晚上一片漆黑/太阳能路灯电池坏了，只能亮半小时/灯杆被撞歪，灯头挂着", "下夜班的人不敢走/跳广场舞的老人要打手电", "维修路灯，明确管护人/更换灯具，建立报修电话", "更换灯头{n}套、电池{n}组，已全部点亮/检修线路，修复路灯{n}盏/扶正灯杆，接入镇级管护平台"),
        ["parking-disorder"] = new("车辆乱停占道/消防通道被占/货车长期停在村道", "道路两侧乱停车，会车要倒几十米/消防通道停满了车，救护车进不来/{n}辆货车长期停在路口，挡住视线", "上下班时堵得厉害/万一着火后果严重", "划停车位，加强劝导/利用空地建小停车场", "施划停车位{p}个，安装标志{n}块/清理僵尸车{n}辆，恢复消防通道/联合交警开展劝导{n}次，新建停车场已启用"),
        ["toilet-broken"] = new("公厕无水，洗手池损坏/公厕门锁损坏/冲水阀坏了{n}个", "公厕停水{k}天，洗手池坏了{n}处/蹲位门掉了，冲水阀坏了{n}个/水龙头被拆走，管子用木塞堵着", "游客和村民都没法用/气味很大", "尽快修好，明确管护责任/更换设施，公布报修电话", "更换水龙头、冲水阀{n}套，恢复供水/修复门板{n}扇、洗手台{n}处/更换洁具，张贴管护公示牌"),
        ["toilet-dirty"] = new("公厕保洁不到位/公厕脏臭、垃圾满地/公厕墙面污损", "地面污水横流，纸篓满了没人倒/蹲位有积垢，蚊蝇很多/墙上贴满小广告，地上有烟头", "夏天没人敢进/影响景区形象", "增加保洁次数/保洁记录上墙，接受监督", "保洁由每日一次增至三次，开展除臭消杀/更换保洁人员，清洗墙面{m}平方米/落实所长责任制，增设排风扇{n}台"),
        ["toilet-dry"] = new("旱厕未改造/露天粪缸仍在使用/{n}只露天粪缸未清除", "还有{n}只露天粪缸，没有盖子/老旱厕还在用，离水井不到{s}米/改厕后旧粪坑没填平", "臭味大，小孩掉进去过一条腿/雨天粪水外溢", "拆除旧厕，改水冲式/填平粪缸，恢复绿化", "拆除旱厕{n}座，新建水冲式公厕一座/填埋露天粪缸{n}只，覆土绿化/完成户厕改造{n}户，接入管网"),
        ["toilet-no-access"] = new("公厕无障碍设施缺失/公厕门口台阶过高/无障碍间被锁", "公厕门口{n}级台阶，没有坡道和扶手/无障碍间锁着当杂物间/坡道太陡，轮椅上不去", "残疾老人反映多次/老年人进出不方便", "加装坡道和扶手/打开无障碍间，清空杂物", "新建坡道{s}米，安装扶手两侧/清理无障碍间，增设呼叫按钮/改造坡道坡度至1:12"),
        ["bins-overflow"] = new("垃圾分类点满溢/垃圾桶爆满无人清/集置点垃圾成堆", "垃圾桶满了{k}天没清，袋子堆到路上/{n}只桶全满，野狗在翻/周末农家乐垃圾多，桶不够用", "苍蝇多，气味大/风一吹满地都是", "增加清运次数/节假日加派车辆", "清运频次由每日一次调为两次，增配桶{n}只/清理积存垃圾{s}吨，冲洗消毒/建立满溢报警，落实专人巡查"),
        ["bins-broken"] = new("垃圾桶破损缺盖/两只桶无盖/分类桶缺失", "{n}只垃圾桶没有盖子，桶身开裂/桶底破了，污水流到路上/易腐垃圾桶不见了，只剩其他桶", "雨水进桶变成污水/没法分类投放", "更换破桶，补齐颜色/给桶编号，专人管理", "更换分类桶{n}只，全部编号/补齐缺失桶盖{n}个/统一更换240升分类桶{n}组"),
        ["sorting-mixed"] = new("垃圾分类混投混运/清运车混装/分类桶形同虚设", "早上看到清运车把几种垃圾倒在一起/易腐桶里有塑料袋和玻璃瓶/村民分好了，收的时候又混了", "打击大家分类的积极性/桶放得再多也没用", "分车清运，公示车次/加强督导，红黑榜上墙", "调整为易腐、其他分车清运，车身加标识/约谈清运公司，扣减考核{n}分/开展入户宣传{h}户，设督导员{n}名"),
        ["station-dirty"] = new("中转站污水异味/垃圾房污水外流/中转站臭气扰民", "中转站门口污水横流，离住户不到{m}米/压缩机渗滤液没有收集，流进水沟/卷帘门坏了关不上，气味飘出来", "住户不敢开窗/污水直接进河", "做好渗滤液收集/加装除臭设备，每日冲洗", "新建渗滤液收集池一座，接入管网/加装喷淋除臭设备，每日冲洗两次/修复卷帘门，硬化地面{m}平方米"),
        ["rubble-dumped"] = new("建筑垃圾偷倒/路边偷倒建筑垃圾/废砖瓦成堆无人管", "有人夜里偷倒建筑垃圾，堆了{n}车/废砖、旧门窗堆在路边，越堆越多/空地上混着生活垃圾和石膏板", "影响环境，占了路/风吹扬尘，晾衣服都不行", "清理并装监控/查处偷倒的人，立警示牌", "清运建筑垃圾{p}吨，安装监控{n}处/查实偷倒车辆{n}辆，已立案处罚/清理平整{m}平方米，设置围挡"),
        ["rubble-on-road"] = new("装修垃圾占道堆放/路口装修垃圾未清/砂石料占了半边路", "装修垃圾堆在村道上，占了半边路/砂石料堆放{k}天，没有警示/拆下的旧家具丢在巷口", "消防车进不来/晚上骑车容易撞上", "限期清走，设定点投放/装修前登记，收保证金", "当日清运{n}车，设置装修垃圾投放点一处/督促业主清除，道路恢复畅通/新建临时堆放点，公示预约电话"),
        ["rubble-in-field"] = new("渣土侵占农田/工地余土倒进田里/建筑垃圾倾倒农田边", "工地余土倒进农田，约{m}平方米不能种/田边堆了{n}车渣土，压坏了田埂/渣土堵了灌溉渠", "影响明年春耕/这块是永久基本农田", "清除渣土，恢复耕种/查明来源，依法处理", "清除渣土{p}立方米，复耕{m}平方米/立案查处，责令恢复原状/修复田埂{m}米，疏通渠道"),
        ["sewage-direct"] = new("生活污水直排河道/污水管直通河里/农家乐污水直排", "一根管子直接排到河里，水发黑有泡沫/{n}户人家污水没有接管，直排门前沟/农家乐隔油池满了，油污流进河", "下游就是取水口/夏天臭得厉害", "截污纳管/封堵排口，全面排查", "新建污水管{m}米，接入{h}户/封堵直排口{n}个，责令整改/清掏隔油池，接入终端"),
        ["drain-blocked"] = new("沟渠淤堵/排水沟堵塞积水/村中暗沟不通", "排水沟淤泥有{c}厘米厚，长满草/暗沟堵了，一下雨就倒灌/沟里塞满塑料袋和落叶", "去年淹过{n}户/蚊子多", "清淤疏通，加格栅/改明沟，加盖板", "清淤{m}米，清运淤泥{p}立方米/疏通暗管{m}米，增设检查井{n}座/加装格栅{n}处，明确专人清理"),
        ["manhole-broken"] = new("窨井盖破损/井盖缺失只插树枝/窨井盖松动异响", "窨井盖破了一角，只插了根树枝提醒/井盖不见了，井深有{s}米/车一过井盖就响，边上已下沉", "晚上很危险/电瓶车压上去翻过车", "立即更换，先围起来/排查整条路的井盖", "更换球墨铸铁井盖{n}套，加装防坠网/当日围护，次日更换完毕/修复井圈{n}处，路面找平"),
        ["treatment-idle"] = new("污水处理终端停运/终端设备不转/处理终端杂草丛生", "处理终端风机不转，已停{k}天/池子里水是黑的，没有人来管/终端围栏倒了，杂草比人高", "等于没有处理就排了/花了钱没有用", "恢复运行，公示运维单位/远程监控，定期检测", "更换风机{n}台，恢复运行，出水检测达标/约谈运维单位，扣减运维费/修复围栏{m}米，接入监控平台"),
        ["river-floating"] = new("村口河道漂浮物堆积/河面垃圾成片/水葫芦堵塞河道", "河面漂着塑料瓶和泡沫，水面有油花/水葫芦长满{m}米河面，船过不去/桥洞下积了一堆树枝垃圾", "影响行洪/在河边洗菜的人意见大", "打捞并增加保洁船/设拦截网，明确河段长", "打捞漂浮物{s}吨，增设拦污索一道/清除水葫芦{p}亩，每日巡河/调整保洁员{n}名，河长已现场督办"),
        ["river-algae"] = new("河水发绿发臭/水体富营养化/断头浜水黑臭", "水面一层绿藻，有死鱼/断头浜不通，水发黑发臭/浮萍盖满，打开来水是黑的", "住户不敢开窗/鱼塘引水受影响", "查清污染源，活水畅流/打通断头浜，种水草", "配水活水{k}天，种植沉水植物{m}平方米/排查排口{n}个，封堵{n}个/底泥清淤{p}立方米，复测达Ⅲ类水"),
        ["bank-collapsed"] = new("河岸坍塌/护岸垮塌{m}米/河埠头石阶塌陷", "河岸塌了{m}米，离路面只有{s}米/护岸石块滑到河里，树也倒了/河埠头石阶塌了，拉了警戒线没人修", "再下大雨路就断了/老人洗衣服危险", "抢修护岸/先打木桩，再砌石", "抢险打桩{p}根，砌筑护岸{m}米/抛石固脚{p}立方米，设警示标志/修复河埠头{n}座"),
        ["pond-silted"] = new("山塘淤积/山塘杂草淤泥堵塞/水塘见底无法灌溉", "山塘淤了一半，只剩{s}米水深/塘里长满芦苇，放水涵管堵了/塘边垃圾倒进去，水发黑", "天旱时{h}亩田没水用/汛期蓄不住水", "清淤加固/疏通涵管，种护坡草", "清淤{p}立方米，恢复蓄水/更换涵管{m}米，坝坡除草/完成除险加固，验收合格"),
        ["film-left"] = new("农膜弃置田间/废旧地膜满田/大棚膜挂在树上", "废地膜一块块埋在土里，翻耕翻不动/拆下的大棚膜丢在田边{k}天/风把薄膜吹到树上、电线上", "影响下茬种植/白花花一片很难看", "组织回收，给补贴/设回收点", "回收废旧农膜{p}公斤，清理{h}亩/设回收点{n}处，落实补贴/组织合作社集中清理{n}天"),
        ["pesticide-bottles"] = new("农药包装乱丢/沟边农药瓶一地/农药袋丢在水源边", "田沟里有{p}多个农药瓶和袋子/机埠边丢着没用完的农药/回收箱满了，瓶子放在外面", "下雨流进河里/小孩会去捡", "有偿回收，清空回收箱/专人收，别丢进生活垃圾", "回收农药包装{p}公斤，交专业公司处置/增设回收箱{n}只，每周清空/开展宣传，发放回收袋{h}份"),
        ["straw-burning"] = new("秸秆焚烧冒烟/秸秆堆放路边/田里烧稻草", "田里在烧稻草，烟飘到公路上/秸秆堆在路边和电线下，有{n}堆/烧过的黑印有{p}平方米", "影响行车，容易失火/气味呛人", "扑灭火点，秸秆打包离田/加强巡查，推广还田", "到场扑灭，教育当事人{n}名/打捆离田{p}吨，送收储点/加密巡查，安装高空瞭望{n}处"),
        ["manure-runoff"] = new("养殖场粪污外流/猪粪水流进水沟/湖羊场粪便露天堆放", "粪水从墙角流出来，流到{m}米外的沟里/粪便露天堆着，下雨流得到处是/沼液池满了往外溢", "井水有味道/下面是稻田", "建好收集池，不许外排/限期整改，复查", "新建集粪池{p}立方米，雨污分流/责令停养整改，清理沟渠{m}米/沼液抽运{n}车还田"),
        ["animals-loose"] = new("家禽散养扰民/鸡鸭满村跑/鸭群在河里散养", "{p}多只鸡鸭在公园里散养，粪便满地/鸭子放在河里，水都浑了/村道上都是鸡粪", "刚种的花被啄光/有人踩了滑倒", "圈养，定村规民约/划定圈养区", "签订圈养承诺{h}户，建圈养点{n}处/清扫消毒，写入村规民约/劝离河道散养鸭群{n}处"),
        ["shed-illegal"] = new("河边违规搭棚养殖/河岸搭棚养鸡/堤脚私搭羊棚", "河边新搭了{n}个棚养鸡，离水面{s}米/堤脚私搭羊棚，粪便进河/棚子用石棉瓦和塑料布，很乱", "属于禁养区/影响行洪", "拆除棚舍，清理现场/劝退养殖户，给转产帮助", "拆除棚舍{m}平方米，复绿/与养殖户签协议，{k}日内清退完毕/清理岸线{m}米，补种水杉"),
        ["wall-ruined"] = new("残墙断壁长期未清/危墙开裂/老屋倒塌一半", "老屋倒了一半，残墙裂缝有{c}厘米/断墙边孩子常在旁边玩/塌下的砖瓦堆在路上{k}个月", "随时会倒/下雨时有砖掉下来", "拆除危墙，做小花园/先围起来，尽快拆", "拆除危墙{m}米，改建小花园一处/设围挡，联系户主签字后拆除/清运砖瓦{p}吨，平整绿化"),
        ["billboard-broken"] = new("广告牌破损摇晃/宣传牌只剩铁架/大型牌面被风撕裂", "广告牌面撕开一大块，风一吹哗哗响/宣传牌只剩铁架，字也看不清/牌子歪向路面，螺丝锈断", "刮台风会砸到人/在村口很不好看", "拆除或更换/加固铁架，换公益内容", "更换牌面{n}块，加固立柱/拆除破损广告牌{n}处/除锈刷漆，换为公益宣传"),
        ["goods-piled"] = new("公共空间乱堆放/门前柴草杂物成堆/文化广场堆满建材", "广场一角堆着柴火、轮胎和纸箱/楼道口放满杂物，门都开不大/路边堆料{k}个月没动", "有火灾隐患/影响大家活动", "限期清理，集中堆放/设统一柴棚", "清理乱堆放{n}处，设集中柴棚一处/上门劝导{h}户，现场清运{n}车/划定晾晒区，张贴公约"),
        ["fitness-broken"] = new("健身器材损坏/漫步机踏板脱落/篮球架锈断", "健身器材坏了{n}件，踏板脱落/单杠松动，底座露出螺栓/地垫翘起来，器材生锈", "孩子玩容易受伤/老人没地方锻炼", "维修更换，定期检查/不能修的先拆掉", "维修器材{n}件，更换地垫{m}平方米/拆除报废器材{n}件，新装{n}件/加固底座，张贴使用须知"),
        ["trees-dead"] = new("行道树枯死/绿化树枯死{n}棵/香樟成片枯黄", "行道树枯死{n}棵，树枝会掉下来/新种的树没浇水，死了一半/树上有虫洞，叶子全黄", "掉下的树枝砸过车/花了钱没成活", "补种并落实养护/查清病虫害，及时防治", "补植{n}棵，支撑浇水到位/清除枯树{n}棵，换种香樟/开展病虫害防治{n}次，扣减养护费"),
        ["green-occupied"] = new("绿地毁绿种菜/公园草坪种上青菜/绿化带被占", "绿化带被挖掉种菜，约{p}平方米/草坪上搭了竹架种豆/{n}户在河岸绿地种菜浇粪", "臭味大，绿化也毁了/大家都学样", "恢复绿化，另划菜园/劝导在先，立牌公示", "清退种菜{n}户，复绿{m}平方米/统一划定一米菜园{h}块/补种草皮{m}平方米，立公示牌"),
        ["soil-bare"] = new("路边裸土未绿化/拆后空地裸露/工程结束黄土裸露", "修路后两边黄土裸露{m}米/拆房后空地一直没绿化，下雨都是泥/边坡没有草，泥水冲到路上", "晴天灰、雨天泥/坡上会滑", "种草种花，覆绿/能做小公园的做小公园", "播撒草籽{m}平方米，栽植灌木{p}株/覆绿{m}平方米，建口袋公园一处/边坡挂网喷播，已见成效"),
    };

    /// <summary>What a deputy tells about a spot of the village.</summary>
    /// <param name="random">The finding's stream.</param>
    /// <param name="problem">Id of the concrete problem.</param>
    /// <param name="spot">The spot, or null to invent one.</param>
    /// <exception cref="KeyNotFoundException">The problem is not in the tree.</exception>
    public static DemoTelling Tell(DemoRandom random, string problem, string? spot = null)
    {
        var parts = All[problem];
        spot ??= random.Chance(0.7) ? random.Pick(Hamlets) + "自然村" + random.Pick(Landmarks) : random.Pick(Landmarks);
        var title = Fill(random, random.Pick(parts.Titles));
        var description = random.Pick(Openings).Trim('　') + (random.Chance(0.6) ? spot : "") + Fill(random, random.Pick(parts.Seen))
            + "，" + Fill(random, random.Pick(parts.Harm)) + "。" + Fill(random, random.Pick(Closings));
        return new DemoTelling(spot, title.Length + spot.Length <= 26 ? spot + title : title, description, random.Pick(parts.Wishes) + "。");
    }

    /// <summary>The same spot and problem told by another deputy: other words, sometimes another landmark of the same hamlet.</summary>
    public static DemoTelling TellAgain(DemoRandom random, string problem, DemoTelling first)
    {
        var hamlet = Array.Find(Hamlets, first.Spot.StartsWith);
        var spot = hamlet is not null && random.Chance(0.5) ? hamlet + "自然村" : first.Spot;
        return Tell(random, problem, spot);
    }

    /// <summary>The unit's written reply: who went when, what was done, what is kept up.</summary>
    /// <param name="random">The finding's stream.</param>
    /// <param name="problem">Id of the concrete problem.</param>
    /// <param name="unit">Name of the replying unit.</param>
    /// <param name="village">Name of the village.</param>
    /// <param name="begun">Day on which the unit went to look, local.</param>
    /// <param name="doneOn">Day on which the work was finished, local.</param>
    public static string Reply(DemoRandom random, string problem, string unit, string village, DateOnly begun, DateOnly doneOn)
    {
        return Fill(random, random.OneOf("代表您好！您反映的问题收悉。", "感谢您对我们工作的关心和监督。", "您反映的问题我单位高度重视。", ""))
            + $"{begun.Month}月{begun.Day}日，{unit}{random.OneOf("派员到", "会同村委到", "组织人员到", "由分管领导带队到")}{village}现场查看，{random.OneOf("情况属实", "与反映一致", "确需整改")}。"
            + $"{doneOn.Month}月{doneOn.Day}日{random.OneOf("已完成整改", "整改到位", "处理完毕")}：{Fill(random, random.Pick(All[problem].Done))}。"
            + random.OneOf("后续将纳入日常巡查，防止反弹。", "已明确专人管护，每周巡查一次。", "举一反三，对全村同类问题进行了排查。", "已与村里签订管护责任书。", "如有反复，请随时联系我们。", "");
    }

    /// <summary>Why a clerk returns a finding for completion.</summary>
    public static string ReturnForCompletion(DemoRandom random) => random.OneOf(
        "照片看不清具体位置，请补拍一张带周边参照物的全景。", "请补充所在自然村和大致门牌，便于承办单位找到现场。",
        "描述过于简单，请说明影响范围和存在时间。", "定位与描述的村不一致，请核对后重新提交。", "一件里写了两个问题，请分开提交，一事一报。");

    /// <summary>Why a finding is not accepted, with the right channel named.</summary>
    public static string NotAccepted(DemoRandom random) => random.OneOf(
        "涉及两户邻里宅基地纠纷，属民事争议，建议通过镇矛调中心调解或诉讼途径解决。", "该事项正在诉讼中，人大不处理具体案件，请通过法院途径反映。",
        "反映的是个人社保补缴问题，请拨打12333或到镇便民服务中心办理。", "属信访事项，已告知可通过信访渠道反映。",
        "经核实现场位于邻市辖区，已告知可向当地12345反映。", "该问题已列入今年民生实事项目并已开工，不重复交办。");

    /// <summary>Why a unit asks to give an assignment back.</summary>
    public static string ReturnRequest(DemoRandom random) => random.OneOf(
        "经现场核实，该线路产权属通信运营商，建议改交数据局牵头。", "该路段为县道，不属镇级管养，建议改由交通运输部门承办。",
        "该处属河道管理范围，建议由水利部门主办，我单位配合会办。", "产权归村集体，建议由镇政府承办，我局做好技术指导。");

    /// <summary>Why a deputy is not satisfied.</summary>
    public static string Dissatisfied(DemoRandom random) => random.OneOf(
        "只修了一半，北边那段还是老样子。", "现场去看过，跟照片不是同一个位置。", "修好不到一个星期又坏了。", "只作了答复，实际没有动工。",
        "没有联系过我，也没有到现场。", "清是清了，管护的人没有落实，又堆起来了。", "拖了太久，催了两次才来。", "答复套话多，没有说什么时候完成。");

    /// <summary>What a satisfied deputy adds; often nothing.</summary>
    public static string Satisfied(DemoRandom random) => random.OneOf(
        "", "", "", "处理得很快，村民都说好。", "去现场看过了，整改到位。", "答复认真，还主动打了电话。", "谢谢，希望能长期保持。", "老百姓满意，我也满意。",
        "比预想的快，点赞。", "照片和现场一致，满意。", "师傅冒雨干完的，辛苦了。", "村容好看多了。");

    /// <summary>What a deputy writes who is satisfied on the whole.</summary>
    public static string PartlySatisfied(DemoRandom random) => random.OneOf(
        "基本解决，收尾还可以再细一点。", "整改了，希望后续有人管。", "速度慢了些，结果还可以。", "主要问题解决了，周边环境还要清一下。", "还有一小段没做，说下个月做。");

    /// <summary>The opinion of a unit that helps.</summary>
    public static string CoHandler(DemoRandom random, string unit) => unit + random.OneOf(
        "：同意主办单位意见，我单位负责的管线已同步梳理。", "：已派员到现场配合，施工期间安排专人值守。", "：涉及我单位部分已完成，资料已交主办单位汇总。",
        "：经核实，该处不涉及我单位设施，将配合做好路面恢复。", "：建议结合明年项目一并实施，先行采取临时防护。", "：已协调属地村做好群众工作，无异议。");

    /// <summary>Why more time is needed.</summary>
    public static string Extension(DemoRandom random) => random.OneOf(
        "连续降雨无法施工，申请延长5个工作日。", "材料需定制，供货周期约10天，申请延期。", "涉及三家产权单位协调，申请延长10个工作日。", "需待晚稻收割后方可进场施工，申请延期。", "需履行采购程序，申请延长7个工作日。");

    /// <summary>A clerk's note when checking the reply.</summary>
    public static string Checked(DemoRandom random) => random.OneOf("整改照片与原址相符，转代表评价。", "已电话联系村里核实，情况属实。", "答复要素齐全，请代表评价。", "经抽查现场，整改到位。");

    /// <summary>Why a matter may close without an after-photo near the spot; a clerk signs for it.</summary>
    public static string WithoutProof(DemoRandom random) => random.OneOf(
        "整改在地下管道，无法拍到，附验收单。", "原址已拆除围挡施工，无法进入拍摄。", "属清运频次调整，无固定整改点位。", "代表已现场确认，未另附照片。");

    private static string Fill(DemoRandom random, string text)
    {
        if (!text.Contains('{', StringComparison.Ordinal))
            return text;
        foreach (var (mark, low, high) in (ReadOnlySpan<(string, int, int)>)[("{n}", 2, 7), ("{m}", 12, 180), ("{h}", 8, 60), ("{k}", 2, 6), ("{p}", 8, 70), ("{c}", 5, 18), ("{d}", 8, 25)])
        {
            while (text.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at)
                text = string.Concat(text.AsSpan(0, at), random.Whole(low, high).ToString(System.Globalization.CultureInfo.InvariantCulture), text.AsSpan(at + mark.Length));
        }
        return text.Replace("{s}", random.OneOf("1.5", "2", "2.5", "3", "3.5", "4"), StringComparison.Ordinal);
    }

    private static string[] Cut(string list) => list.Split('/');

    private sealed record Parts(string TitleList, string SeenList, string HarmList, string WishList, string DoneList)
    {
        public string[] Titles { get; } = Cut(TitleList);

        public string[] Seen { get; } = Cut(SeenList);

        public string[] Harm { get; } = Cut(HarmList);

        public string[] Wishes { get; } = Cut(WishList);

        public string[] Done { get; } = Cut(DoneList);
    }
}
