using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Calendar;

/// <summary>A year's holidays that an administrator imported; it counts before the one that comes with the program.</summary>
public sealed class ImportedYear
{
    /// <summary>2015 to 2099.</summary>
    public int Year { get; set; }

    /// <summary>A calendar file with this one year, in the format of <see cref="ChineseCalendar.Import"/>.</summary>
    public string Json { get; set; } = "";

    /// <summary>Who imported it.</summary>
    public Guid ImportedBy { get; set; }

    /// <summary>When (UTC).</summary>
    public DateTime ImportedAt { get; set; }
}

internal sealed class ImportedYearConfiguration : IEntityTypeConfiguration<ImportedYear>
{
    public void Configure(EntityTypeBuilder<ImportedYear> builder)
    {
        builder.ToTable("calendar_years");
        builder.HasKey(y => y.Year);
        builder.Property(y => y.Year).ValueGeneratedNever();
    }
}
