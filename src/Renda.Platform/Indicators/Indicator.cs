using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Renda.Platform.Indicators;

/// <summary>Which way of an indicator is good.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IndicatorDirection>))]
public enum IndicatorDirection
{
    /// <summary>Neither.</summary>
    None,

    /// <summary>More is better.</summary>
    Up,

    /// <summary>Less is better.</summary>
    Down,
}

/// <summary>
/// The definition of a number (指标): what it is called, how it is reckoned and in whose words. A change is another version with
/// the day from which it is used; what was reckoned before is reckoned again by the version of its day.
/// </summary>
public sealed class Indicator
{
    /// <summary>Stable code, e.g. <c>visits.on-time</c>; at most 60 characters.</summary>
    public string Code { get; set; } = "";

    /// <summary>From 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>First day in China on which this version is used.</summary>
    public DateOnly From { get; set; } = new(1949, 10, 1);

    /// <summary>Name in Chinese.</summary>
    public string Zh { get; set; } = "";

    /// <summary>Name in English.</summary>
    public string En { get; set; } = "";

    /// <summary>Unit in Chinese, e.g. % or 天.</summary>
    public string UnitZh { get; set; } = "";

    /// <summary>Unit in English.</summary>
    public string UnitEn { get; set; } = "";

    /// <summary>Which way is good.</summary>
    public IndicatorDirection Better { get; set; }

    /// <summary>How it is reckoned, see <see cref="Indicators.Formula"/>.</summary>
    public string Formula { get; set; } = "";

    /// <summary>Digits behind the point, 0 to 4.</summary>
    public int Decimals { get; set; }

    /// <summary>What it counts and what it leaves out (口径), in Chinese.</summary>
    public string MeaningZh { get; set; } = "";

    /// <summary>The same in English.</summary>
    public string MeaningEn { get; set; } = "";

    /// <summary>The office that answers for it.</summary>
    public string Owner { get; set; } = "";

    /// <summary>Who wrote this version; empty for one that came with the program.</summary>
    public string SetBy { get; set; } = "";

    /// <summary>When (UTC).</summary>
    public DateTime SetAt { get; set; }

    /// <summary>Name.</summary>
    public Words Name => new(Zh, En);

    /// <summary>Name without that of the scenario, for where a heading names it.</summary>
    public Words ShortName => new(After(Zh, "·"), After(En, ": "));

    private static string After(string name, string mark) => name.IndexOf(mark, StringComparison.Ordinal) is > 0 and var at ? name[(at + mark.Length)..] : name;

    /// <summary>Unit.</summary>
    public Words Unit => new(UnitZh, UnitEn);

    /// <summary>The unit behind a number as it is written: of one there is no plural in English.</summary>
    /// <param name="unit">Unit, in English in the plural.</param>
    /// <param name="written">The number as it is written; 1.0 is none.</param>
    public static Words UnitAfter(Words unit, string written) => written != "1" ? unit
        : new(unit.Zh, unit.En switch { "people" => "person", [.., 'i', 'e', 's'] => unit.En[..^3] + "y", [.., not 's', 's'] => unit.En[..^1], _ => unit.En });

    /// <summary>Its unit behind a number of it.</summary>
    /// <param name="written">The number as it is written.</param>
    public Words UnitAfter(string written) => UnitAfter(Unit, written);

    /// <summary>口径.</summary>
    public Words Meaning => new(MeaningZh, MeaningEn);
}

internal sealed class IndicatorConfiguration : IEntityTypeConfiguration<Indicator>
{
    public void Configure(EntityTypeBuilder<Indicator> builder)
    {
        builder.ToTable("indicators");
        builder.HasKey(i => new { i.Code, i.Version });
        builder.Property(i => i.Code).HasMaxLength(60);
        builder.Property(i => i.Better).HasConversion<string>().HasMaxLength(10);
        builder.Ignore(i => i.Name).Ignore(i => i.ShortName).Ignore(i => i.Unit).Ignore(i => i.Meaning);
    }
}
