using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Renda.Platform.Registry;

/// <summary>
/// A record of the base registry (全市人大基础数据库): what was so for a period. A thing that changes has several rows of
/// one <see cref="Id"/>, one period after the other; none is overwritten. Ordinary queries meet the last row of each
/// thing (a query filter on <see cref="Latest"/>); <see cref="DatedQueries.AsOf"/> asks for those of a day.
/// </summary>
public interface IDated
{
    /// <summary>Identity of the thing; the same in all its rows.</summary>
    Guid Id { get; set; }

    /// <summary>Begin of this row's period (UTC).</summary>
    DateTime ValidFrom { get; set; }

    /// <summary>End of the period (UTC, exclusive); null while it is so.</summary>
    DateTime? ValidTo { get; set; }

    /// <summary>True for the last of the thing's rows.</summary>
    bool Latest { get; set; }
}

/// <summary>Questions about a day.</summary>
public static class DatedQueries
{
    /// <summary>Name of the query filter that leaves the last row of each thing.</summary>
    public const string LatestOnly = "latest";

    /// <summary>What was so at a moment (UTC).</summary>
    public static IQueryable<T> AsOf<T>(this IQueryable<T> rows, DateTime at) where T : class, IDated =>
        rows.IgnoreQueryFilters([LatestOnly]).Where(r => r.ValidFrom <= at && (r.ValidTo == null || r.ValidTo > at));

    /// <summary>All rows of one thing, the oldest first.</summary>
    public static IQueryable<T> History<T>(this IQueryable<T> rows, Guid id) where T : class, IDated =>
        rows.IgnoreQueryFilters([LatestOnly]).Where(r => r.Id == id).OrderBy(r => r.ValidFrom);

    /// <summary>Maps the key and the filter that all dated records share.</summary>
    internal static void Dated<T>(this Microsoft.EntityFrameworkCore.Metadata.Builders.EntityTypeBuilder<T> builder) where T : class, IDated
    {
        builder.HasKey(r => new { r.Id, r.ValidFrom });
        builder.Property(r => r.Id).ValueGeneratedNever();
        // What was in the table before there were periods is the last of its thing.
        builder.Property(r => r.Latest).HasDefaultValue(true).HasSentinel(true);
        builder.HasQueryFilter(LatestOnly, (Expression<Func<T, bool>>)(r => r.Latest));
    }
}
