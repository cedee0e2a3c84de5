using System.Text.Json.Serialization;

namespace Renda.Platform.Modules;

/// <summary>The five task groups in which the desk shows applications.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskGroup>))]
public enum TaskGroup
{
    /// <summary>基础设施: base database, map, cockpit.</summary>
    Infrastructure,

    /// <summary>立法.</summary>
    Legislation,

    /// <summary>监督.</summary>
    Supervision,

    /// <summary>代表.</summary>
    Deputies,

    /// <summary>机关.</summary>
    Office,
}

/// <summary>Names of the task groups.</summary>
public static class TaskGroups
{
    /// <summary>All of them, in the order of the desk.</summary>
    public static IReadOnlyList<TaskGroup> All { get; } = Enum.GetValues<TaskGroup>();

    /// <summary>The name people know it by.</summary>
    public static Words Name(this TaskGroup group) => group switch
    {
        TaskGroup.Infrastructure => new("基础设施", "Foundations"),
        TaskGroup.Legislation => new("立法", "Legislation"),
        TaskGroup.Supervision => new("监督", "Supervision"),
        TaskGroup.Deputies => new("代表", "Deputies"),
        _ => new("机关", "Office"),
    };
}
