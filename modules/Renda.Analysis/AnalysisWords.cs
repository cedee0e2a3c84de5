using Renda.Platform.Modules;
using Renda.Platform.Procedures;
using static Renda.Platform.Language;

namespace Renda.Analysis;

/// <summary>How studies and what is in them are told to people.</summary>
public sealed class AnalysisWords(IReadOnlyList<RendaModule> modules, ProcedureCatalogue procedures, IServiceProvider services)
{
    /// <summary>Names of categories, each given as scenario and category with a slash between.</summary>
    public async Task<IReadOnlyDictionary<string, string>> CategoriesAsync(IEnumerable<string> asked, CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>();
        foreach (var of in asked.Distinct().Select(a => a.Split('/', 2)).GroupBy(a => a[0], a => a[1]))
        {
            if (modules.FirstOrDefault(m => m.Id == of.Key) is not { } module) continue;
            var known = await module.CategoriesAsync(services, [.. of], cancellation);
            foreach (var category in of) names[$"{of.Key}/{category}"] = known.TryGetValue(category, out var words) ? words.ToString() : category;
        }
        return names;
    }

    /// <summary>Name of a scenario.</summary>
    public string Scenario(string id) => modules.FirstOrDefault(m => m.Id == id)?.Name.ToString() ?? id;

    /// <summary>Name of a matter's state.</summary>
    public string State(string scenario, string state)
    {
        foreach (var procedure in modules.FirstOrDefault(m => m.Id == scenario)?.Procedures ?? [])
            if (procedures.Newest(procedure.Id).States.FirstOrDefault(s => s.Id == state) is { } known) return known.Name.ToString();
        return state;
    }

    /// <summary>How a study groups, in a line.</summary>
    public static string Method(Study study) => string.Join(T("，", ", "),
        T($"相似度不低于 {study.Likeness}%", $"likeness of at least {study.Likeness}%"), study.SameCategory ? T("类别相同", "one category") : T("不限类别", "any category"), Place(study), T($"每组至少 {study.Smallest} 件", $"at least {study.Smallest} matters"));

    /// <summary>The condition of place in words.</summary>
    public static string Place(Study study) => study.Place switch
    {
        StudyPlace.County => T("同一区县", "one county"),
        StudyPlace.Town => T("同一乡镇街道", "one town"),
        StudyPlace.Radius => T($"距中心 {study.Radius} 米内", $"within {study.Radius} m of the centre"),
        _ => T("不限地点", "anywhere"),
    };

    /// <summary>Why a matter stands in a group.</summary>
    public static string Why(Study study, GroupMember member)
    {
        if (member.Centre) return T("这一组以它为中心", "the centre of the group");
        var text = T($"与中心事项或共同用词的文字相似 {member.Likeness}%", $"text {member.Likeness}% like the centre or the common words");
        if (member.ByHand) return T($"人工归入，{text}", $"put here by hand, {text}");
        if (study.SameCategory) text += T("，类别相同", ", one category");
        return study.Place == StudyPlace.Anywhere ? text : text + T("，", ", ") + Place(study);
    }

    /// <summary>Light of a study's state.</summary>
    public static (string Class, string Icon, string Text) Light(Study study) => study.State switch
    {
        StudyState.Running => ("wait", "hourglass", study.Upto > 0 ? T("正在更新", "being brought up to date") : T("正在计算", "being worked on")),
        StudyState.Ready => ("ok", "circle-check", T("已完成", "done")),
        StudyState.Cancelled => ("done", "x", T("已取消", "stopped")),
        _ => ("late", "alert-triangle", T("没有成功", "failed")),
    };

    /// <summary>What a focus is taken up as.</summary>
    public static string Kind(FocusKind kind) => kind == FocusKind.Inspection ? T("检查重点", "Inspection focus") : T("议题", "Topic");

    /// <summary>Light of a focus.</summary>
    public static (string Class, string Icon, string Text) Light(Focus focus) => focus.ClosedAt is null ? ("wait", "clock", T("进行中", "open")) : ("done", "archive", T("已办结", "closed"));
}
