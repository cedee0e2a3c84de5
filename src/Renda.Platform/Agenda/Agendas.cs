using System.Security.Cryptography;
using System.Text;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;
using Todo = Renda.Platform.Todos.Todo;

namespace Renda.Platform.Agenda;

/// <summary>Something on somebody's calendar: a whole day, or several.</summary>
/// <param name="Uid">Id that stays the same while it moves.</param>
/// <param name="Title">What it is.</param>
/// <param name="About">Where it comes from.</param>
/// <param name="First">First day (in China).</param>
/// <param name="Last">Last day.</param>
/// <param name="Href">Where it leads: a path of the platform, or a joined application's address.</param>
/// <param name="Late">Whether it is overdue.</param>
public sealed record AgendaEntry(string Uid, string Title, Words About, DateOnly First, DateOnly Last, string Href, bool Late);

/// <summary>The secret address under which an account's calendar is read by calendar programs. Only the code's SHA-256 is kept.</summary>
public sealed class AgendaFeed
{
    /// <summary>Whose calendar.</summary>
    public Guid AccountId { get; set; }

    /// <summary>Lower-case hex SHA-256 of the code.</summary>
    public string Hash { get; set; } = "";

    /// <summary>When it was made (UTC).</summary>
    public DateTime MadeAt { get; set; }
}

/// <summary>What is due and when people meet, by day: on the page and as iCalendar (RFC 5545).</summary>
public sealed class Agendas(IDbContextFactory<RendaDbContext> databases, IReadOnlyList<RendaModule> modules, IServiceProvider services, TimeProvider time)
{
    /// <summary>Most entries of one answer.</summary>
    public const int Most = 500;

    /// <summary>What is on the actor's calendar within some days: open duties by the day they are due, and what modules know of.</summary>
    public async Task<IReadOnlyList<AgendaEntry>> ReadAsync(Actor actor, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        // A deadline ends at 24:00, which is the next day's first instant.
        var (begin, end, now) = (ChinaTime.StartOf(first), ChinaTime.StartOf(last.AddDays(1)), time.GetUtcNow().UtcDateTime);
        var entries = new List<AgendaEntry>();
        foreach (var part in db.Set<Todo>().AsNoTracking().For(actor))
        {
            var due = await part.Where(t => t.DoneAt == null && t.DueAt > begin && t.DueAt <= end).OrderBy(t => t.DueAt).Take(Most).ToListAsync(cancellation);
            entries.AddRange(due.Select(t => (Todo: t, Day: ChinaTime.Date(t.DueAt!.Value.AddTicks(-1)))).Select(t => new AgendaEntry($"todo-{t.Todo.Id:N}", t.Todo.Title, t.Todo.Duty.Name(), t.Day, t.Day, t.Todo.Address, t.Todo.DueAt <= now)));
        }
        foreach (var module in modules) entries.AddRange(await module.AgendaAsync(services, actor, first, last, cancellation));
        return [.. entries.OrderBy(e => e.First).ThenBy(e => e.Title, StringComparer.Ordinal).Take(Most)];
    }

    /// <summary>Makes the account's secret address anew; an older one ends. Returns its code, which is kept nowhere.</summary>
    public async Task<string> MakeAsync(Guid account, CancellationToken cancellation)
    {
        var code = Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)).Replace('+', '-').Replace('/', '_');
        await using var db = databases.CreateDbContext();
        await db.Set<AgendaFeed>().Where(f => f.AccountId == account).ExecuteDeleteAsync(cancellation);
        db.Add(new AgendaFeed { AccountId = account, Hash = HashOf(code), MadeAt = time.GetUtcNow().UtcDateTime });
        await db.SaveChangesAsync(cancellation);
        return code;
    }

    /// <summary>Ends the account's secret address.</summary>
    public async Task StopAsync(Guid account, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        await db.Set<AgendaFeed>().Where(f => f.AccountId == account).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Whose address it is; null when it is nobody's.</summary>
    public async Task<Guid?> FindAsync(string code, CancellationToken cancellation)
    {
        var hash = HashOf(code);
        await using var db = databases.CreateDbContext();
        return await db.Set<AgendaFeed>().Where(f => f.Hash == hash).Select(f => (Guid?)f.AccountId).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>The entries as a calendar program reads them.</summary>
    /// <param name="name">Name of the calendar.</param>
    /// <param name="entries">What is on it.</param>
    /// <param name="site">Address of the platform, for links.</param>
    public string Write(string name, IReadOnlyList<AgendaEntry> entries, Uri site)
    {
        var calendar = new Ical.Net.Calendar { ProductId = "-//Renda//Renda//ZH" };
        calendar.AddProperty("X-WR-CALNAME", name);
        calendar.AddProperty("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
        var now = new CalDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var entry in entries)
        {
            calendar.Events.Add(new CalendarEvent
            {
                Uid = entry.Uid, Summary = entry.Title, Description = entry.About.ToString(), DtStamp = now, Start = new CalDateTime(entry.First), End = new CalDateTime(entry.Last.AddDays(1)),
                Url = Uri.TryCreate(site, entry.Href, out var address) ? address : site,
            });
        }
        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    private static string HashOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}

internal sealed class AgendaFeedConfiguration : IEntityTypeConfiguration<AgendaFeed>
{
    public void Configure(EntityTypeBuilder<AgendaFeed> builder)
    {
        builder.ToTable("agenda_feeds");
        builder.HasKey(f => f.AccountId);
        builder.Property(f => f.Hash).HasMaxLength(64);
        builder.HasIndex(f => f.Hash).IsUnique();
    }
}
