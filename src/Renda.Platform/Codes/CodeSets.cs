using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Modules;
using Renda.Platform.Settings;

namespace Renda.Platform.Codes;

/// <summary>One code of a set, as a place uses it.</summary>
public sealed record Code
{
    /// <summary>What is stored and shown in front, e.g. <c>B</c>; never given to another meaning.</summary>
    public string Id { get; init; } = "";

    /// <summary>Name in Chinese.</summary>
    public string Zh { get; init; } = "";

    /// <summary>Name in English.</summary>
    public string En { get; init; } = "";

    /// <summary>What it means to the rules, one of <see cref="CodeSet.Meanings"/>; empty where the set has none.</summary>
    public string Meaning { get; init; } = "";

    /// <summary>True when it is no longer given; what bears it keeps it.</summary>
    public bool Retired { get; init; }

    /// <summary>The name in the language of the reader.</summary>
    public Words Name => new(Zh, En);
}

/// <summary>
/// Codes that places choose for themselves, e.g. the classes of results: letters differ from city to city, what they mean
/// to the rules does not.
/// </summary>
/// <param name="Id">Stable id, e.g. <c>suggestions.class</c>.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Meanings">What a code may mean to the rules; empty when a code is only a name.</param>
/// <param name="Shipped">The codes of a new installation.</param>
public sealed record CodeSet(string Id, Words Name, IReadOnlyList<(string Id, Words Name)> Meanings, IReadOnlyList<Code> Shipped);

/// <summary>All code sets, with what administrators made of them. What another node changed counts within 15 seconds.</summary>
public sealed class CodeSets(IReadOnlyList<RendaModule> modules, StoredSettings settings, AuditLog audit, TimeProvider time)
{
    /// <summary>Most codes of a set.</summary>
    public const int Most = 60;

    /// <summary>Longest id of a code, in characters.</summary>
    public const int LongestId = 20;

    /// <summary>Longest name of one, in characters.</summary>
    public const int LongestName = 40;

    /// <summary>Every set, in the order of the modules.</summary>
    public IReadOnlyList<CodeSet> All { get; } = [.. modules.SelectMany(m => m.CodeSets)];

    /// <summary>The codes of a set, retired ones too, in their order.</summary>
    /// <exception cref="InvalidOperationException">No module has a set of that id.</exception>
    public async ValueTask<IReadOnlyList<Code>> OfAsync(string id, CancellationToken cancellation)
    {
        var set = All.FirstOrDefault(s => s.Id == id) ?? throw new InvalidOperationException($"There is no code set {id}.");
        return (await settings.ReadAsync<Stored>(Name(id), cancellation)).Codes is { Count: > 0 } own ? own : set.Shipped;
    }

    /// <summary>Adds a code or changes one of that id; a code is never deleted, since what bears it must stay readable.</summary>
    /// <param name="set">The set.</param>
    /// <param name="form">id, zh, en, meaning, retired.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> SaveAsync(CodeSet set, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var code = new Code { Id = typed.Text("id"), Zh = typed.Text("zh"), En = typed.Text("en"), Meaning = typed.Text("meaning"), Retired = typed.Text("retired").Length > 0 };
        typed.Need(code.Id.Length is > 0 and <= LongestId && code.Id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), "id", $"编号用字母、数字和短横，最多 {LongestId} 个。", $"Letters, digits and hyphens, at most {LongestId}.");
        typed.Need(code.Zh.Length > 0, "zh", "请写中文名称。", "Give a name in Chinese.");
        typed.Need(code.En.Length > 0, "en", "请写英文名称。", "Give a name in English.");
        typed.Short(code.Zh, LongestName, "zh");
        typed.Short(code.En, LongestName, "en");
        typed.Need(set.Meanings.Count == 0 ? code.Meaning.Length == 0 : set.Meanings.Any(m => m.Id == code.Meaning), "meaning", "请选择它的含义。", "Choose what it means.");
        var codes = (await OfAsync(set.Id, cancellation)).ToList();
        var at = codes.FindIndex(c => c.Id == code.Id);
        typed.Need(at >= 0 || codes.Count < Most, "id", $"最多 {Most} 个。", $"At most {Most}.");
        typed.Need(!code.Retired || codes.Any(c => c.Id != code.Id && !c.Retired), "retired", "至少留一个在用的。", "At least one must stay in use.");
        // What it meant to the rules when matters got it must not change behind their back.
        typed.Need(at < 0 || codes[at].Meaning == code.Meaning, "meaning", "已有编号的含义不能改；请停用它，另立一个。", "What a code means cannot change; retire it and add another.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        if (at >= 0) codes[at] = code;
        else codes.Add(code);
        await settings.WriteAsync(Name(set.Id), new Stored { Codes = codes }, actor.AccountId, cancellation);
        await audit.NoteAsync(actor, "platform.codes", "CodeSet", null, $"{set.Name.Zh}：{code.Id} {code.Zh}{(code.Retired ? "（停用）" : "")}", cancellation);
        return null;
    }

    private static string Name(string id) => "codes/" + id;

    /// <summary>The codes of one set as stored; none while nobody changed them.</summary>
    private sealed class Stored
    {
        public IReadOnlyList<Code> Codes { get; set; } = [];
    }
}
