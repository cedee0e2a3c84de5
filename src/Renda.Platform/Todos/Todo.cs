using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Todos;

/// <summary>
/// A duty of a person or of an organisation, of a scenario or of a joined application. Written in the transaction that
/// causes it and closed in the one that fulfils it, so that it is never there twice and never there in vain.
/// </summary>
public sealed class Todo
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>What it is about: the matter's id, or what <see cref="ItemOf"/> makes of a joined application's own.</summary>
    public Guid ItemId { get; set; }

    /// <summary>Where it comes from: a module's id or a joined application's.</summary>
    public string Scenario { get; set; } = "";

    /// <summary>State of the matter that asks for it, e.g. <c>submitted</c>; empty for joined applications.</summary>
    public string Kind { get; set; } = "";

    /// <summary>What it asks for.</summary>
    public DutyKind Duty { get; set; }

    /// <summary>True when it is only to be read; such duties are kept apart from what is to be done.</summary>
    public bool Reading { get; set; }

    /// <summary>Who is to do it, if one person.</summary>
    public Guid? PersonId { get; set; }

    /// <summary>Who is to do it, if any of an organisation.</summary>
    public Guid? OrganisationId { get; set; }

    /// <summary>One line, at most 500 characters.</summary>
    public string Title { get; set; } = "";

    /// <summary>Where a joined application has it; null for matters, whose page is known.</summary>
    public string? Href { get; set; }

    /// <summary>When it came (UTC).</summary>
    public DateTime ArrivedAt { get; set; }

    /// <summary>When it is due (UTC).</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>When it turns yellow (UTC).</summary>
    public DateTime? YellowAt { get; set; }

    /// <summary>When it was done or fell away (UTC).</summary>
    public DateTime? DoneAt { get; set; }

    /// <summary>The account that closed it; null for the platform itself.</summary>
    public Guid? DoneBy { get; set; }

    /// <summary>Where it leads.</summary>
    public string Address => Href ?? $"/matters/{ItemId}";

    /// <summary>The id under which an application's item is kept: the same for the same source and id, and of no other.</summary>
    public static Guid ItemOf(string source, string id) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{source}\n{id}")).AsSpan(0, 16), bigEndian: true);
}

/// <summary>Who of an organisation has taken one of its duties, or was given it by a colleague.</summary>
public sealed class TodoClaim
{
    /// <summary>The duty.</summary>
    public Guid TodoId { get; set; }

    /// <summary>Who has it.</summary>
    public Guid AccountId { get; set; }

    /// <summary>That account's name, as it was then.</summary>
    public string Name { get; set; } = "";

    /// <summary>When it was taken or given (UTC).</summary>
    public DateTime At { get; set; }

    /// <summary>Who gave it; null when it was taken.</summary>
    public Guid? GivenBy { get; set; }

    /// <summary>Name of who gave it, as it was then.</summary>
    public string GivenByName { get; set; } = "";

    /// <summary>Why it was given, at most 200 characters.</summary>
    public string Reason { get; set; } = "";
}

internal sealed class TodoConfiguration : IEntityTypeConfiguration<Todo>, IEntityTypeConfiguration<TodoClaim>
{
    private const string Open = "done_at IS NULL";

    public void Configure(EntityTypeBuilder<Todo> builder)
    {
        builder.ToTable("todos");
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.Duty).HasConversion<string>().HasMaxLength(10).HasDefaultValue(DutyKind.Handle);
        builder.Property(t => t.Href).HasMaxLength(1000);
        builder.Ignore(t => t.Address);
        // One open duty of a holder about an item, whatever is sent twice; what is open of an item is found by them as well.
        builder.HasIndex(t => new { t.ItemId, t.PersonId }).IsUnique().HasFilter(Open);
        builder.HasIndex(t => new { t.ItemId, t.OrganisationId }).IsUnique().HasFilter($"{Open} AND organisation_id IS NOT NULL");
        // What is open is little beside what was done, is read by due date and is counted on every page.
        builder.HasIndex(t => new { t.PersonId, t.Reading, t.DueAt, t.Id, t.Scenario }).HasFilter($"{Open} AND person_id IS NOT NULL");
        builder.HasIndex(t => new { t.OrganisationId, t.Reading, t.DueAt, t.Id, t.Scenario }).HasFilter($"{Open} AND organisation_id IS NOT NULL");
        builder.HasIndex(t => new { t.PersonId, t.Reading, t.DoneAt, t.Id }).HasFilter("done_at IS NOT NULL AND person_id IS NOT NULL");
        builder.HasIndex(t => new { t.OrganisationId, t.Reading, t.DoneAt, t.Id }).HasFilter("done_at IS NOT NULL AND organisation_id IS NOT NULL");
    }

    public void Configure(EntityTypeBuilder<TodoClaim> builder)
    {
        builder.ToTable("todo_claims");
        builder.HasKey(c => c.TodoId);
        builder.Property(c => c.TodoId).ValueGeneratedNever();
        builder.Property(c => c.Name).HasMaxLength(100);
        builder.Property(c => c.GivenByName).HasMaxLength(100);
        builder.Property(c => c.Reason).HasMaxLength(200);
    }
}
