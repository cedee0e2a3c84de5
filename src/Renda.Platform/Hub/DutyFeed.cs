using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;

namespace Renda.Platform.Hub;

/// <summary>A duty as a joined application tells it.</summary>
public sealed record FedDuty
{
    /// <summary>One line, 1 to 200 characters.</summary>
    public string? Title { get; init; }

    /// <summary><c>handle</c>, <c>review</c>, <c>sign</c>, <c>read</c>, <c>vote</c> or <c>assess</c>; handle when not given.</summary>
    public string? Kind { get; init; }

    /// <summary>User name of the account whose person is to do it; either this or <see cref="Organisation"/>.</summary>
    public string? Person { get; init; }

    /// <summary>Id of the organisation whose people are to do it.</summary>
    public Guid? Organisation { get; init; }

    /// <summary>Where it is done, of the application's own origin.</summary>
    public string? Link { get; init; }

    /// <summary>When it came; when it was first told, if not given.</summary>
    public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>When it is due, or null.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>From when on it is nearly due; a day before, if not given.</summary>
    public DateTimeOffset? WarnAt { get; init; }

    /// <summary>Counts its changes, from 0.</summary>
    public long? Revision { get; init; }

    /// <summary><c>open</c> or <c>done</c>; open when not given.</summary>
    public string? Status { get; init; }
}

/// <summary>What became of a told duty.</summary>
/// <param name="Refusal">Why not; null when it is as told.</param>
/// <param name="Created">True when it was not known before.</param>
/// <param name="Duty">What is known of it now.</param>
public sealed record FedAnswer(Refusal? Refusal, bool Created = false, ApplicationDuty? Duty = null);

/// <summary>Takes in duties of joined applications. The same again changes nothing; what is older than what is known is refused.</summary>
public sealed partial class DutyFeed(IDbContextFactory<RendaDbContext> databases, ChangeRelay relay, TimeProvider time)
{
    /// <summary>Permission of the accounts of joined applications; each reaches its own source only.</summary>
    public const string Permission = "hub.feed";

    /// <summary>Longest id an application may give, in characters.</summary>
    public const int LongestKey = 100;

    /// <summary>Longest title, in characters.</summary>
    public const int LongestTitle = 200;

    private static readonly DateTime First = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc), Last = new(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Puts a duty in, changes it, or closes it.</summary>
    public async Task<FedAnswer> PutAsync(string source, string key, FedDuty told, Actor actor, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.CreateDbContext();
            var (application, refusal) = await FindAsync(db, source, key, actor, cancellation);
            if (refusal is not null) return new FedAnswer(refusal);
            var (wanted, faults) = await CheckAsync(db, application!, key, told, cancellation);
            if (faults.Count > 0) return new FedAnswer(Refusal.Form(faults));
            var done = told.Status == "done";
            var hash = HashOf(wanted, told, done);
            var known = await db.Set<ApplicationDuty>().FirstOrDefaultAsync(d => d.Source == source && d.Key == key, cancellation);
            if (known is not null && told.Revision < known.Revision)
                return new FedAnswer(new("hub.older-revision", new($"已有更新的版本 {known.Revision}，这个版本较旧。", $"A newer revision, {known.Revision}, is known; this one is older."), 409));
            if (known is not null && told.Revision == known.Revision)
                return hash == known.Hash ? new FedAnswer(null, false, known)
                    : new FedAnswer(new("hub.same-revision", new("内容变了，revision 要比原来的大。", "The content differs; its revision must be higher than before."), 409));

            var now = Now;
            var created = known is null;
            var todo = known?.TodoId is { } id ? await db.Set<Todo>().FirstOrDefaultAsync(t => t.Id == id, cancellation) : null;
            var holders = new HashSet<Guid>();
            if (todo is { DoneAt: null }) holders.Add((todo.PersonId ?? todo.OrganisationId)!.Value);
            if (done)
            {
                if (todo is { DoneAt: null }) (todo.DoneAt, todo.DoneBy) = (now, actor.AccountId);
            }
            else if (todo is { DoneAt: null })
            {
                if ((todo.PersonId, todo.OrganisationId) != (wanted.PersonId, wanted.OrganisationId))
                    db.RemoveRange(await db.Set<TodoClaim>().Where(c => c.TodoId == todo.Id).ToListAsync(cancellation));
                (todo.PersonId, todo.OrganisationId, todo.Title, todo.Duty, todo.Reading, todo.Href) = (wanted.PersonId, wanted.OrganisationId, wanted.Title, wanted.Duty, wanted.Reading, wanted.Href);
                (todo.DueAt, todo.YellowAt, todo.ArrivedAt) = (wanted.DueAt, wanted.YellowAt, told.ArrivedAt is null ? todo.ArrivedAt : wanted.ArrivedAt);
            }
            else
            {
                db.Add(todo = wanted);
            }
            if (!done) holders.Add((wanted.PersonId ?? wanted.OrganisationId)!.Value);
            if (known is null) db.Add(known = new ApplicationDuty { Source = source, Key = key });
            (known.Revision, known.Hash, known.TodoId, known.ChangedAt) = (told.Revision!.Value, hash, todo?.Id, now);
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException) when (attempt < 5 && !cancellation.IsCancellationRequested)
            {
                // The same duty was told by another request at this moment: decided again on what is known now.
                continue;
            }
            if (holders.Count > 0) await relay.DutiesChangedAsync(db, [.. holders], cancellation);
            return new FedAnswer(null, created, known);
        }
    }

    /// <summary>Closes a duty; twice is once.</summary>
    public async Task<Refusal?> CloseAsync(string source, string key, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (_, refusal) = await FindAsync(db, source, key, actor, cancellation);
        if (refusal is not null) return refusal;
        var known = await db.Set<ApplicationDuty>().AsNoTracking().FirstOrDefaultAsync(d => d.Source == source && d.Key == key, cancellation);
        if (known is null) return Refusal.NotFound;
        var now = Now;
        if (known.TodoId is { } id && await db.Set<Todo>().AsNoTracking().FirstOrDefaultAsync(t => t.Id == id && t.DoneAt == null, cancellation) is { } todo
            && await db.Set<Todo>().Where(t => t.Id == id && t.DoneAt == null).ExecuteUpdateAsync(s => s.SetProperty(t => t.DoneAt, now).SetProperty(t => t.DoneBy, actor.AccountId), cancellation) > 0)
            await relay.DutiesChangedAsync(db, todo, cancellation);
        return null;
    }

    /// <summary>What is known of a duty: its revision and whether it is still open.</summary>
    public async Task<(ApplicationDuty? Duty, bool Open, Refusal? Refusal)> LookAsync(string source, string key, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var (_, refusal) = await FindAsync(db, source, key, actor, cancellation);
        if (refusal is not null) return (null, false, refusal);
        var known = await db.Set<ApplicationDuty>().AsNoTracking().FirstOrDefaultAsync(d => d.Source == source && d.Key == key, cancellation);
        if (known is null) return (null, false, Refusal.NotFound);
        return (known, await db.Set<Todo>().AnyAsync(t => t.Id == known.TodoId && t.DoneAt == null, cancellation), null);
    }

    private DateTime Now => Cut(time.GetUtcNow());

    // PostgreSQL keeps microseconds.
    private static DateTime Cut(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % 10, DateTimeKind.Utc);

    /// <summary>The application whose token this is. Another's source is not there.</summary>
    private static async Task<(JoinedApplication? Application, Refusal? Refusal)> FindAsync(RendaDbContext db, string source, string key, Actor actor, CancellationToken cancellation)
    {
        var application = await db.Set<JoinedApplication>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == source && a.AccountId == actor.AccountId && a.RetiredAt == null, cancellation);
        if (application is null) return (null, Refusal.NotFound);
        if (!application.Feeds) return (null, new("hub.no-feed", new("管理员没有让这个应用送待办。", "The administrator does not let this application send duties."), 403));
        if (!KeyPattern().IsMatch(key)) return (null, new("hub.id", new($"编号用字母、数字和 . _ : -，1 到 {LongestKey} 个。", $"An id is 1 to {LongestKey} letters, digits and . _ : -"), 422, "id"));
        return (application, null);
    }

    private async Task<(Todo Wanted, List<Refusal> Faults)> CheckAsync(RendaDbContext db, JoinedApplication application, string key, FedDuty told, CancellationToken cancellation)
    {
        var faults = new List<Refusal>();
        var title = told.Title?.Trim() ?? "";
        if (title.Length is 0 or > LongestTitle) Fault("title", $"标题 1 到 {LongestTitle} 字。", $"A title has 1 to {LongestTitle} characters.");
        else if (PlainText.IsHostile(title)) Fault("title", "标题里不能有控制字符、换行和改变文字方向的字符。", "A title holds no control characters, line breaks or characters that turn the direction of writing.");
        var kind = told.Kind is null ? DutyKind.Handle : DutyKinds.Find(told.Kind);
        if (kind is null) Fault("kind", "kind 是 handle、review、sign、read、vote、assess 之一。", "kind is one of handle, review, sign, read, vote, assess.");
        if (told.Revision is null or < 0) Fault("revision", "revision 是从 0 起的整数，每改一次加大。", "revision is a whole number from 0 that grows with each change.");
        if (told.Status is not (null or "open" or "done")) Fault("status", "status 是 open 或 done。", "status is open or done.");
        foreach (var (field, at) in ((string, DateTimeOffset?)[])[("arrivedAt", told.ArrivedAt), ("dueAt", told.DueAt), ("warnAt", told.WarnAt)])
            if (at is { } when && (when.UtcDateTime < First || when.UtcDateTime >= Last)) Fault(field, "时间要在 2000 年到 2099 年之间。", "A time lies between the years 2000 and 2099.");
        var link = JoinedApplications.Web(told.Link);
        if (link is null) Fault("link", "link 是以 https:// 或 http:// 开头的完整网址，最多 1000 字。", "link is a whole address that begins with https:// or http://, of at most 1,000 characters.");
        else if (!JoinedApplications.SameOrigin(link, new Uri(application.Address))) Fault("link", $"link 必须在这个应用自己的网址下：{application.Address}", $"link must be of the application's own origin: {application.Address}");
        else if (link.AbsoluteUri.Length > 1000) Fault("link", "link 最多 1000 字。", "link has at most 1,000 characters.");

        Guid? person = null;
        if (string.IsNullOrWhiteSpace(told.Person) == told.Organisation is null)
        {
            Fault("person", "person（账号）和 organisation（单位编号）要写一个，只写一个。", "Give person, an account, or organisation, an id, and not both.");
        }
        else if (told.Organisation is { } organisation)
        {
            if (!await db.Set<Organisation>().AnyAsync(o => o.Id == organisation && o.ValidTo == null, cancellation)) Fault("organisation", "没有这个单位。", "There is no such organisation.");
        }
        else
        {
            var name = told.Person!.Trim().ToUpperInvariant();
            person = await db.Users.Where(a => a.NormalizedUserName == name && a.ClosedAt == null).Select(a => a.PersonId).FirstOrDefaultAsync(cancellation);
            if (person is null) Fault("person", "没有这个账号，或者账号已停用。", "There is no such account, or it is closed.");
        }
        if (faults.Count > 0) return (new Todo(), faults);
        var due = told.DueAt is { } d ? Cut(d) : (DateTime?)null;
        var todo = new Todo
        {
            Id = Guid.CreateVersion7(), ItemId = Todo.ItemOf(application.Id, key), Scenario = application.Id, Duty = kind ?? DutyKind.Handle, Reading = kind == DutyKind.Read, PersonId = person, OrganisationId = told.Organisation,
            Title = title, Href = link?.AbsoluteUri, ArrivedAt = told.ArrivedAt is { } a ? Cut(a) : Now, DueAt = due, YellowAt = told.WarnAt is { } w ? Cut(w) : due?.AddDays(-1),
        };
        return (todo, faults);

        void Fault(string field, string zh, string en) => faults.Add(new("hub." + field.ToLowerInvariant(), new(zh, en), Field: field));
    }

    private static string HashOf(Todo wanted, FedDuty told, bool done) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        wanted.Title, wanted.Duty, wanted.PersonId, wanted.OrganisationId, wanted.Href, told.ArrivedAt is null ? "" : Text(wanted.ArrivedAt), Text(wanted.DueAt), Text(wanted.YellowAt), done))));

    private static string Text(DateTime? at) => at?.Ticks.ToString(CultureInfo.InvariantCulture) ?? "";

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,100}$")]
    private static partial Regex KeyPattern();
}
