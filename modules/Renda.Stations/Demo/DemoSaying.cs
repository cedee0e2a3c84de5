namespace Renda.Stations.Demo;

/// <summary>Something a citizen of the demo town says, and how far it gets.</summary>
/// <param name="Stage">How far.</param>
/// <param name="Days">How many days ago it was said.</param>
/// <param name="Category">Category, a code.</param>
/// <param name="Village">Village, a division code.</param>
/// <param name="Title">In one line, as the station puts it.</param>
/// <param name="Text">What is said.</param>
/// <param name="Unit">Duty of the county's unit that handles it; <c>town</c> for the town's government, empty for none.</param>
/// <param name="Reply">What the unit did.</param>
/// <param name="Answer">What the deputy tells the citizen.</param>
internal sealed record DemoSaying(string Stage, int Days, string Category, long Village, string Title, string Text, string Unit = "", string Reply = "", string Answer = "")
{
    private const long Hongshan = 330522110225, Huicheling = 330522110235, Qinlao = 330522110003, Chengshan = 330522110207, Changcheng = 330522110208;

    public static IReadOnlyList<DemoSaying> All { get; } =
    [
        new("satisfied", 40, "roads", Hongshan, "红山村口路灯坏了半个月", "红山村口到文化礼堂这段路灯坏了半个月，晚上老人去跳舞看不清路，已经摔过一个。希望尽快修好。", "town", "已更换路灯 6 盏、线路 120 米，并纳入镇里每月巡查。", "您好，村口到文化礼堂的路灯已经修好，我前天晚上去走了一遍，都亮了。以后镇里每月巡查一次。"),
        new("published", 36, "roads", Huicheling, "回车岭到集镇的公交班次太少", "回车岭到和平集镇的公交上午只有两班，老人看病赶不上，回来要等到下午。能不能加一班？", "transport", "自本月起上午增加 9:20、10:40 两班，并调整返程时间。", "您好，县交通运输局已经加了两班车，9:20 和 10:40，返程也往前挪了。我和村里几位老人一起坐过，时间合适。"),
        new("answered-here", 33, "welfare", Qinlao, "不清楚困难老人送餐怎么申请", "我母亲 82 岁一个人住，听说社区食堂可以送餐，不知道怎么申请，要什么条件。", "", "", "您好，80 岁以上独居老人可以免费送午餐，带身份证到社区养老服务窗口登记就行，第二天开始送。我已经和社区说好，您母亲的登记他们会上门办。"),
        new("court", 30, "housing", Chengshan, "宅基地纠纷的判决", "我家和邻居的宅基地官司上个月判了，我觉得不公，请代表帮我说说。"),
        new("reopened", 28, "environment", Changcheng, "养殖场的臭味", "长城村北面养殖场一刮风臭味很大，窗户都不敢开，反映过几次没有变化。", "environment", "已责令养殖场加盖贮粪池并安装除臭设施。", "您好，养殖场已经加盖了贮粪池，除臭设备月底装好，我会再去看。"),
        new("converted", 25, "water-power", Hongshan, "农村充电桩不够用", "村里新买电车的越来越多，充电桩只有两个，天天排队，好几个村都这样。", "", "", "您反映的问题好几个村都有，我已经作为代表建议提出来，请县里统筹布点，办理情况会向您反馈。"),
        new("rating", 21, "health", Qinlao, "卫生院周末没有儿科", "镇卫生院周末没有儿科，小孩发烧只能去县城，能不能周末也安排医生？", "health", "自下周起周六上午安排儿科医师坐诊，县人民医院每月派专家一次。", "您好，卫生院周六上午开始有儿科了，县里医院的专家每月也来一次。您带孩子去看过以后，请告诉我满意不满意。"),
        new("replied", 18, "environment", Huicheling, "小溪河道有建筑垃圾", "回车岭小溪桥下倒了很多建筑垃圾，下大雨怕堵住桥洞。", "town", "已清运建筑垃圾 14 车，并在桥头安装监控。"),
        new("late", 34, "roads", Chengshan, "城山村岔路口要装反光镜", "城山村岔路口两边有围墙，看不见来车，上个月撞了两次，请装一面反光镜。", "transport"),
        new("handling", 8, "farming", Changcheng, "机耕路被水冲断", "上次大雨把长城村的机耕路冲断了三十多米，收割机进不去，快要秋收了。", "town"),
        new("transfer", 5, "water-power", Hongshan, "手机信号差", "红山村里面几户手机没有信号，老人有事打不出电话。", "telecom"),
        new("claimed", 4, "education", Qinlao, "放学时段幼儿园门口堵车", "每天四点幼儿园门口堵成一片，小孩在车缝里钻，很危险。"),
        new("open", 3, "housing", Qinlao, "小区电梯经常停", "勤劳社区安置房 3 幢电梯一个月停了四次，六楼的老人下不来。"),
        new("submitted", 1, "safety", Huicheling, "山塘边没有护栏", "回车岭山塘边的路没有护栏，小孩放学从那里走，上周有电动车冲下去。"),
        new("proposed", 23, "roads", Qinlao, "集镇赶集日没有地方停车", "每逢赶集日集镇街上停满了车，救护车都过不去，能不能建一个公共停车场？", "", "", "赶集日停车难，好几个村都在反映，我已经提为民生实事项目建议，征集项目时一并研究，结果会告诉您。"),
        new("submitted", 0, "other", Hongshan, "文化礼堂能不能晚上开放", "文化礼堂晚上七点就关门，年轻人下班想打球没有地方，能不能开到九点？"),
    ];
}
