using System.Text.Json.Serialization;

namespace Renda.Platform.Todos;

/// <summary>What a duty asks for, in the words of the office.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DutyKind>))]
public enum DutyKind
{
    /// <summary>办理: to be done.</summary>
    Handle,

    /// <summary>审核: to be looked over and passed or sent back.</summary>
    Review,

    /// <summary>签收: to be taken in.</summary>
    Sign,

    /// <summary>阅知: to be read; done by having read it.</summary>
    Read,

    /// <summary>投票: to be voted on.</summary>
    Vote,

    /// <summary>测评: to be judged.</summary>
    Assess,
}

/// <summary>Names of the kinds of duties.</summary>
public static class DutyKinds
{
    /// <summary>All of them, in the order they are offered.</summary>
    public static IReadOnlyList<DutyKind> All { get; } = Enum.GetValues<DutyKind>();

    /// <summary>The name people know it by.</summary>
    public static Words Name(this DutyKind kind) => kind switch
    {
        DutyKind.Review => new("审核", "Review"),
        DutyKind.Sign => new("签收", "Accept"),
        DutyKind.Read => new("阅知", "Read"),
        DutyKind.Vote => new("投票", "Vote"),
        DutyKind.Assess => new("测评", "Assess"),
        _ => new("办理", "Handle"),
    };

    /// <summary>Its stable id in addresses and in the API, e.g. <c>review</c>.</summary>
    public static string Id(this DutyKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind of that id, or null.</summary>
    public static DutyKind? Find(string? id) => All.Where(k => k.Id() == id).Select(k => (DutyKind?)k).FirstOrDefault();
}
