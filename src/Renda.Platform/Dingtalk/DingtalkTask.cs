using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Dingtalk;

/// <summary>Where a task at 浙政钉 stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DingtalkTaskState>))]
public enum DingtalkTaskState
{
    /// <summary>To be made there.</summary>
    Creating,

    /// <summary>Made there.</summary>
    Open,

    /// <summary>Its duty was done by whoever has it; to be told there.</summary>
    Finishing,

    /// <summary>Its duty is gone, somebody else's, done by somebody else, or due at another time; to be told there.</summary>
    Cancelling,

    /// <summary>Refused there for good. Kept while its duty is open, so that it is not tried again and again.</summary>
    Dead,
}

/// <summary>
/// A duty of the hub at 浙政钉, of one person who is bound: a task, or a work notification of what is only to be read. It goes
/// when the other side knows that it ended.
/// </summary>
public sealed class DingtalkTask
{
    /// <summary>What the other side tells it apart by (bizTaskId), however often it is tried.</summary>
    public Guid Id { get; set; }

    /// <summary>The duty.</summary>
    public Guid TodoId { get; set; }

    /// <summary>Whose.</summary>
    public Guid AccountId { get; set; }

    /// <summary>That person's account there.</summary>
    public long DingtalkId { get; set; }

    /// <summary>Whether it is only to be read, and so a work notification there.</summary>
    public bool Reading { get; set; }

    /// <summary>When it is due there (UTC): what was told first, since nothing there can be moved; null when it is not due.</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>Its id there (taskUuid); empty before it was made, and of a work notification.</summary>
    public string TaskUuid { get; set; } = "";

    /// <summary>Where it stands.</summary>
    public DingtalkTaskState State { get; set; }

    /// <summary>How often that was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next (UTC).</summary>
    public DateTime NextAt { get; set; }

    /// <summary>Why the last try failed, in the words of the other side, at most 500 characters.</summary>
    public string LastError { get; set; } = "";
}

internal sealed class DingtalkTaskConfiguration : IEntityTypeConfiguration<DingtalkTask>
{
    public void Configure(EntityTypeBuilder<DingtalkTask> builder)
    {
        builder.ToTable("dingtalk_tasks");
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.TaskUuid).HasMaxLength(100);
        builder.Property(t => t.State).HasConversion<string>().HasMaxLength(10);
        builder.Property(t => t.LastError).HasMaxLength(500);
        builder.HasIndex(t => new { t.TodoId, t.AccountId }).IsUnique();
        builder.HasIndex(t => new { t.State, t.NextAt });
    }
}
