using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Deputies;

/// <summary>A course for deputies (学习培训): materials, hours and a quiz.</summary>
public sealed class Course
{
    /// <summary>Id.</summary>
    public Guid Id { get; set; }

    /// <summary>The congress that offers it, to its deputies and to those of the congresses below.</summary>
    public Guid CongressId { get; set; }

    /// <summary>Title, at most 80 characters.</summary>
    public string Title { get; set; } = "";

    /// <summary>What one learns, at most 4000 characters.</summary>
    public string Content { get; set; } = "";

    /// <summary>Hours it counts for when completed, 0.5 to 100.</summary>
    public decimal Hours { get; set; } = 1;

    /// <summary>Whether every newly elected deputy is to take it: a step of the entry checklist.</summary>
    public bool Onboarding { get; set; }

    /// <summary>Until when it is to be completed (day in China); null for no limit.</summary>
    public DateOnly? Until { get; set; }

    /// <summary>Share of right answers needed, in percent; of no meaning without questions.</summary>
    public int Pass { get; set; } = 60;

    /// <summary>When it was opened to deputies (UTC); null while it is being written.</summary>
    public DateTime? PublishedAt { get; set; }

    /// <summary>When it was taken from the list (UTC); what was learned stays.</summary>
    public DateTime? ClosedAt { get; set; }

    /// <summary>Files to read or watch, as stored: SHA-256 of each, comma-separated, at most nine.</summary>
    public string Media { get; set; } = "";

    /// <summary>Last change (UTC).</summary>
    public DateTime ChangedAt { get; set; }
}

/// <summary>A question of a course's quiz.</summary>
public sealed class Question
{
    /// <summary>The course.</summary>
    public Guid CourseId { get; set; }

    /// <summary>Place in the quiz, from 1.</summary>
    public int Ordinal { get; set; }

    /// <summary>The question.</summary>
    public string Text { get; set; } = "";

    /// <summary>The answers to choose from, a JSON array of 2 to 6 texts.</summary>
    public string Options { get; set; } = "[]";

    /// <summary>Which are right, as positions from 0, comma-separated; several when more than one is.</summary>
    public string Right { get; set; } = "0";
}

/// <summary>How far somebody is with a course.</summary>
public sealed class Learning
{
    /// <summary>The course.</summary>
    public Guid CourseId { get; set; }

    /// <summary>Who learns.</summary>
    public Guid PersonId { get; set; }

    /// <summary>When it was first opened (UTC).</summary>
    public DateTime StartedAt { get; set; }

    /// <summary>Which files were read to the end, as SHA-256, comma-separated.</summary>
    public string Read { get; set; } = "";

    /// <summary>How often the quiz was tried.</summary>
    public int Tries { get; set; }

    /// <summary>Best result in percent; null before the first try.</summary>
    public int? Best { get; set; }

    /// <summary>When it was completed (UTC); null while it is not.</summary>
    public DateTime? CompletedAt { get; set; }

    /// <summary>Hours it counted for on that day.</summary>
    public decimal Hours { get; set; }
}

internal sealed class CourseConfiguration : IEntityTypeConfiguration<Course>, IEntityTypeConfiguration<Question>, IEntityTypeConfiguration<Learning>
{
    public void Configure(EntityTypeBuilder<Course> builder)
    {
        builder.ToTable("deputies_courses");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Title).HasMaxLength(80);
        builder.Property(c => c.Content).HasMaxLength(4000);
        builder.Property(c => c.Hours).HasPrecision(6, 1);
        builder.Property(c => c.Media).HasMaxLength(700);
        builder.HasIndex(c => c.CongressId);
    }

    public void Configure(EntityTypeBuilder<Question> builder)
    {
        builder.ToTable("deputies_questions");
        builder.HasKey(q => new { q.CourseId, q.Ordinal });
        builder.Property(q => q.Text).HasMaxLength(500);
        builder.Property(q => q.Options).HasMaxLength(2000);
        builder.Property(q => q.Right).HasMaxLength(20);
        builder.HasOne<Course>().WithMany().HasForeignKey(q => q.CourseId);
    }

    public void Configure(EntityTypeBuilder<Learning> builder)
    {
        builder.ToTable("deputies_learning");
        builder.HasKey(l => new { l.CourseId, l.PersonId });
        builder.Property(l => l.Read).HasMaxLength(700);
        builder.Property(l => l.Hours).HasPrecision(6, 1);
        builder.HasIndex(l => new { l.PersonId, l.CompletedAt });
        builder.HasOne<Course>().WithMany().HasForeignKey(l => l.CourseId);
    }
}
