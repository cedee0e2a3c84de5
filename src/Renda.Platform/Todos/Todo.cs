using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Todos;

/// <summary>
/// A duty of a person or of an organisation. Written in the transaction that causes it and closed in the one that
/// fulfils it, so that it is never there twice and never there in vain.
/// </summary>
public sealed class Todo
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>What it is about; the matter's id.</summary>
    public Guid MatterId { get; set; }

    /// <summary>Module, for the icon and the filter.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>State of the matter that asks for it, e.g. <c>submitted</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Who is to do it, if one person.</summary>
    public Guid? PersonId { get; set; }

    /// <summary>Who is to do it, if any of an organisation.</summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>One line.</summary>
    public string Title { get; set; } = "";

    /// <summary>When it came (UTC).</summary>
    public DateTime ArrivedAt { get; set; }

    /// <summary>When it is due (UTC).</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>When it turns yellow (UTC).</summary>
    public DateTime? YellowAt { get; set; }

    /// <summary>When it was done or fell away (UTC).</summary>
    public DateTime? DoneAt { get; set; }
}

internal sealed class TodoConfiguration : IEntityTypeConfiguration<Todo>
{
    public void Configure(EntityTypeBuilder<Todo> builder)
    {
        builder.ToTable("todos");
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.HasIndex(t => new { t.MatterId, t.DoneAt });
        builder.HasIndex(t => new { t.PersonId, t.DoneAt, t.ArrivedAt });
        builder.HasIndex(t => new { t.OrganisationId, t.DoneAt, t.ArrivedAt });
    }
}
