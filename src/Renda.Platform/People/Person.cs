using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.People;

/// <summary>A human being. What a person is elected or appointed to is a <see cref="Mandate"/> or a <see cref="Post"/>.</summary>
public sealed class Person
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Name as used in public.</summary>
    public string Name { get; set; } = "";

    /// <summary>男 or 女; empty when not known.</summary>
    public string Sex { get; set; } = "";

    /// <summary>Date of birth; null when not known.</summary>
    public DateOnly? BirthDate { get; set; }

    /// <summary>Kind of occupation, for structure statistics, e.g. 农民.</summary>
    public string Occupation { get; set; } = "";

    /// <summary>Invented for the demo city.</summary>
    public bool IsDemo { get; set; }
}

/// <summary>A seat in one congress for a period. One person may hold several.</summary>
public sealed class Mandate
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Who holds it.</summary>
    public Guid PersonId { get; set; }

    /// <summary>The congress.</summary>
    public Guid CongressId { get; set; }

    /// <summary>Division code of the place represented.</summary>
    public long Region { get; set; }

    /// <summary>Begin (UTC).</summary>
    public DateTime ValidFrom { get; set; }

    /// <summary>End (UTC, exclusive); null while held.</summary>
    public DateTime? ValidTo { get; set; }
}

/// <summary>A job in an organisation for a period.</summary>
public sealed class Post
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>Who holds it.</summary>
    public Guid PersonId { get; set; }

    /// <summary>Where.</summary>
    public Guid OrganisationId { get; set; }

    /// <summary>Title, e.g. 主任.</summary>
    public string Title { get; set; } = "";

    /// <summary>Begin (UTC).</summary>
    public DateTime ValidFrom { get; set; }

    /// <summary>End (UTC, exclusive); null while held.</summary>
    public DateTime? ValidTo { get; set; }
}

internal sealed class PersonConfiguration : IEntityTypeConfiguration<Person>, IEntityTypeConfiguration<Mandate>, IEntityTypeConfiguration<Post>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("people");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.HasIndex(p => p.Name);
    }

    public void Configure(EntityTypeBuilder<Mandate> builder)
    {
        builder.ToTable("mandates");
        builder.Property(m => m.Id).ValueGeneratedNever();
        builder.HasIndex(m => m.PersonId);
        builder.HasIndex(m => new { m.CongressId, m.Region });
    }

    public void Configure(EntityTypeBuilder<Post> builder)
    {
        builder.ToTable("posts");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.HasIndex(p => p.PersonId);
        builder.HasIndex(p => p.OrganisationId);
    }
}
