using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Congresses;
using Renda.Platform.Live;
using Renda.Platform.Media;
using Renda.Platform.Persistence;

namespace Renda.Platform.Notices;

/// <summary>A push as its sender writes it.</summary>
/// <param name="Title">One line.</param>
/// <param name="Text">What is said.</param>
/// <param name="Audience">Whom it goes to.</param>
/// <param name="Media">Originals that go with it, with the names shown, in order.</param>
public sealed record BroadcastDraft(string Title, string Text, Audience Audience, IReadOnlyList<(string Sha256, string Name)> Media);

/// <summary>
/// Pushes: written, looked at, sent, taken back. Each belongs to the account that wrote it and reaches no further than the
/// territories in which that account may push; for everybody else it does not exist.
/// </summary>
public sealed class Broadcasts(IDbContextFactory<RendaDbContext> databases, AuditLog audit, MediaService media, NoticeOutbox outbox, ChangeRelay relay, TimeProvider time)
{
    /// <summary>What one must hold to push.</summary>
    public const string Permission = "platform.push";

    /// <summary>How long the unread are left alone after a reminder.</summary>
    public static readonly TimeSpan BetweenReminders = TimeSpan.FromHours(1);

    /// <summary>The divisions within which the actor may push, none within another.</summary>
    public static IReadOnlyList<long> Territories(Actor actor)
    {
        var all = actor.Grants.Where(g => g.Permissions.Contains(Permission) && g.Region > 0 && g.Role.Scope == RoleScope.Territory).Select(g => g.Region).Distinct().ToList();
        return [.. all.Where(r => !all.Any(other => other != r && r >= other && r <= Territory.Last(other))).Order()];
    }

    /// <summary>Whether a division lies within a territory in which the actor may push.</summary>
    public static bool Reaches(Actor actor, long region) => Territories(actor).Any(t => region >= t && region <= Territory.Last(t));

    /// <summary>Bodies of the actor's territories whose name has this in it, as groups to push to.</summary>
    public async Task<IReadOnlyList<Organisation>> GroupsAsync(Actor actor, string? name, int most, CancellationToken cancellation)
    {
        var text = name?.Trim() ?? "";
        if (text.Length == 0) return [];
        await using var db = databases.CreateDbContext();
        return await Groups(db, actor).Where(o => o.Name.Contains(text) || o.ShortName.Contains(text)).OrderBy(o => o.Region).ThenBy(o => o.Name).Take(most).ToListAsync(cancellation);
    }

    /// <summary>People of the actor's territories whose name begins so: id, name, employer.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Name, string Employer)>> PeopleAsync(Actor actor, string? name, int most, CancellationToken cancellation)
    {
        var (text, territories) = (name?.Trim() ?? "", Territories(actor));
        if (text.Length == 0 || territories.Count == 0) return [];
        await using var db = databases.CreateDbContext();
        var within = Audience.Within(db, territories, Now);
        var found = await db.Set<People.Person>().Where(p => p.Latest && p.Name.StartsWith(text) && within.Contains(p.Id) && db.Users.Any(a => a.PersonId == p.Id && a.ClosedAt == null))
            .OrderBy(p => p.Name).ThenBy(p => p.Id).Take(most).Select(p => new { p.Id, p.Name, p.Employer }).ToListAsync(cancellation);
        return [.. found.Select(p => (p.Id, p.Name, p.Employer))];
    }

    /// <summary>Writes a draft, or changes it; the same id again is the same push.</summary>
    public async Task<Refusal?> SaveAsync(Guid id, BroadcastDraft draft, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var row = await db.Set<Broadcast>().FirstOrDefaultAsync(b => b.Id == id, cancellation);
        if (row is not null && row.SenderId != actor.AccountId) return Refusal.NotFound;
        if (row is { State: not BroadcastState.Draft }) return Gone;
        draft = draft with { Title = string.Join(' ', draft.Title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), Text = draft.Text.Replace("\r\n", "\n", StringComparison.Ordinal).Trim() };
        if (await FaultsAsync(db, draft, actor, cancellation) is { Count: > 0 } faults) return Refusal.Form(faults);

        if (row is null) db.Add(row = new Broadcast { Id = id, SenderId = actor.AccountId });
        row.SenderName = actor.Name;
        row.SenderOffice = await OfficeAsync(db, actor, cancellation);
        (row.Title, row.Text, row.AudienceJson, row.ChangedAt) = (draft.Title, draft.Text, JsonSerializer.Serialize(draft.Audience), Now);
        row.Version++;
        var files = await db.Set<BroadcastMedia>().Where(m => m.BroadcastId == id).ToListAsync(cancellation);
        db.RemoveRange(files);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.SaveChangesAsync(cancellation);
        db.AddRange(draft.Media.Select((m, i) => new BroadcastMedia { BroadcastId = id, Sha256 = m.Sha256, Ordinal = i, Name = m.Name }));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>The actor's own push, or null.</summary>
    public async Task<Broadcast?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<Broadcast>().AsNoTracking().FirstOrDefaultAsync(b => b.Id == id && b.SenderId == actor.AccountId, cancellation);
    }

    /// <summary>How many a draft would go to now, exactly, and how many more have no account.</summary>
    public async Task<(int People, int WithoutAccount)> CountAsync(Broadcast draft, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var audience = draft.Audience;
        return (await audience.PeopleAt(db, Now).CountAsync(cancellation), audience.Region == 0 ? 0 : await audience.WithoutAccount(db, Now).CountAsync(cancellation));
    }

    /// <summary>
    /// Sends what was looked at: the version and the number of people seen. When either is another by now nothing is sent.
    /// Sent twice is sent once.
    /// </summary>
    public async Task<Refusal?> SendAsync(Guid id, int version, int people, Actor actor, CancellationToken cancellation)
    {
        var row = await FindAsync(id, actor, cancellation);
        if (row is null) return Refusal.NotFound;
        if (row.State != BroadcastState.Draft) return null;
        var (audience, now) = (row.Audience, Now);
        await using (var db = databases.CreateDbContext())
        {
            // The right may have become smaller since it was written.
            if (await ScopeFaultsAsync(db, audience, actor, cancellation) is [var fault, ..]) return fault;
            var count = await audience.PeopleAt(db, now).CountAsync(cancellation);
            if (count == 0) return new("push.nobody", new("没有人符合条件，请改一改发给谁。", "Nobody meets the conditions; change whom it goes to."));
            if (count != people || row.Version != version) return new("push.changed", new($"刚才有变化：现在是 {count} 人。请再看一遍，再发送。", $"It has changed: there are {count} people now. Look once more, then send."), 409);
        }
        var sent = await audit.RunAsync(async (db, note) =>
        {
            var begun = await db.Set<Broadcast>().Where(b => b.Id == id && b.State == BroadcastState.Draft && b.Version == version)
                .ExecuteUpdateAsync(s => s.SetProperty(b => b.State, BroadcastState.Sending).SetProperty(b => b.SentAt, now).SetProperty(b => b.ChangedAt, now).SetProperty(b => b.Recipients, people).SetProperty(b => b.Cursor, Guid.Empty), cancellation);
            if (begun > 0) await note(AuditLog.Entry(actor, "push.send", "Broadcast", id, $"{row.Title}；{people} 人"));
            return begun > 0;
        }, cancellation);
        if (sent) outbox.Wake();
        return null;
    }

    /// <summary>Throws a draft away.</summary>
    public async Task<Refusal?> DiscardAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Set<Broadcast>().Where(b => b.Id == id && b.SenderId == actor.AccountId && b.State == BroadcastState.Draft).ExecuteDeleteAsync(cancellation) == 0) return Refusal.NotFound;
        await db.Set<BroadcastMedia>().Where(m => m.BroadcastId == id).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>
    /// Takes a push back (撤回): it is gone for those who had not read it, and says so to those who had. What is on its way
    /// by other channels and not handed over yet is not handed over, and what was is taken back where the channel can.
    /// </summary>
    public async Task<Refusal?> RecallAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var row = await FindAsync(id, actor, cancellation);
        if (row is null || row.State == BroadcastState.Draft) return Refusal.NotFound;
        var now = Now;
        await audit.RunAsync(async (db, note) =>
        {
            // The push first: a chunk that is being written holds it, and the next one finds it recalled.
            var done = await db.Set<Broadcast>().Where(b => b.Id == id && b.RecalledAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(b => b.RecalledAt, now).SetProperty(b => b.State, BroadcastState.Sent).SetProperty(b => b.ChangedAt, now).SetProperty(b => b.Recipients, b => b.Written), cancellation);
            if (done == 0) return false;
            await db.Set<Notice>().Where(n => n.BroadcastId == id).ExecuteUpdateAsync(s => s.SetProperty(n => n.RecalledAt, now).SetProperty(n => n.Routed, true), cancellation);
            var back = outbox.Recalling;
            // What was handed over, or may just be, is asked back where that can be done.
            if (back.Count > 0)
                await db.Set<NoticeDelivery>().Where(d => back.Contains(d.Channel) && (d.State == DeliveryState.Sent || (d.State == DeliveryState.Waiting && d.Attempts > 0)) && db.Set<Notice>().Any(n => n.Id == d.NoticeId && n.BroadcastId == id))
                    .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Revoking).SetProperty(d => d.Attempts, 0).SetProperty(d => d.NextAt, now).SetProperty(d => d.ChangedAt, now), cancellation);
            await db.Set<NoticeDelivery>().Where(d => d.State == DeliveryState.Waiting && db.Set<Notice>().Any(n => n.Id == d.NoticeId && n.BroadcastId == id))
                .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, DeliveryState.Dropped), cancellation);
            await note(AuditLog.Entry(actor, "push.recall", "Broadcast", id, row.Title));
            return true;
        }, cancellation);
        await TellAsync(id, all: true, actor, cancellation);
        return null;
    }

    /// <summary>Reminds those who have not read it: their notice comes to the top again, and by their other channels once more.</summary>
    public async Task<Refusal?> RemindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        var row = await FindAsync(id, actor, cancellation);
        if (row is null || row.State == BroadcastState.Draft || row.RecalledAt is not null) return Refusal.NotFound;
        if (row.State == BroadcastState.Sending) return new("push.still-sending", new("还在发送，发完再提醒。", "It is still being sent; remind them when that is done."), 409);
        var (now, earliest) = (Now, Now - BetweenReminders);
        await using var db = databases.CreateDbContext();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            var begun = await db.Set<Broadcast>().Where(b => b.Id == id && b.State == BroadcastState.Sent && b.RecalledAt == null && (b.RemindedAt == null || b.RemindedAt <= earliest))
                .ExecuteUpdateAsync(s => s.SetProperty(b => b.RemindedAt, now), cancellation);
            if (begun == 0) return new("push.reminded", new("一小时内已经提醒过，过一会儿再提醒。", "They were reminded within the hour; wait a while."), 409);
            await db.Set<Notice>().Where(n => n.BroadcastId == id && n.ReadAt == null && n.RecalledAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(n => n.At, now).SetProperty(n => n.Reminders, n => n.Reminders + 1).SetProperty(n => n.Routed, false), cancellation);
            await transaction.CommitAsync(cancellation);
        }
        outbox.Wake();
        await TellAsync(id, all: false, actor, cancellation);
        return null;
    }

    /// <summary>
    /// Opens a notice of the actor's: what it says, and from now on it is read. Null when it is not the actor's or was
    /// taken back before it was read.
    /// </summary>
    public async Task<(Notice Notice, Broadcast? Push, IReadOnlyList<(MediaItem Item, string Name)> Media)?> OpenAsync(Guid noticeId, Actor actor, CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        if (actor.PersonId is not { } person) return null;
        var notice = await db.Set<Notice>().AsNoTracking().FirstOrDefaultAsync(n => n.Id == noticeId && n.PersonId == person && (n.RecalledAt == null || n.ReadAt != null), cancellation);
        if (notice is null) return null;
        var push = notice.BroadcastId is { } id ? await db.Set<Broadcast>().AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancellation) : null;
        if (notice.ReadAt is null)
        {
            // Of reading and taking back one comes first; who was later sees the other.
            if (await db.Set<Notice>().Where(n => n.Id == noticeId && n.ReadAt == null && n.RecalledAt == null).ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, now), cancellation) > 0)
                await relay.NoticesChangedAsync(db, push is null ? [person] : [person, push.SenderId], cancellation);
            else if (!await db.Set<Notice>().AnyAsync(n => n.Id == noticeId && n.ReadAt != null, cancellation)) return null;
        }
        if (push is null || push.RecalledAt is not null) return (notice, push, []);
        return (notice, push, await MediaAsync(db, push.Id, cancellation));
    }

    /// <summary>The files that go with a push, in order.</summary>
    public async Task<IReadOnlyList<(MediaItem Item, string Name)>> MediaAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await MediaAsync(db, id, cancellation);
    }

    private static async Task<IReadOnlyList<(MediaItem Item, string Name)>> MediaAsync(RendaDbContext db, Guid id, CancellationToken cancellation)
    {
        var found = await db.Set<BroadcastMedia>().AsNoTracking().Where(m => m.BroadcastId == id).OrderBy(m => m.Ordinal).Join(db.Set<MediaItem>().AsNoTracking(), m => m.Sha256, i => i.Sha256, (m, i) => new { Item = i, m.Name, m.Ordinal }).ToListAsync(cancellation);
        return [.. found.OrderBy(m => m.Ordinal).Select(m => (m.Item, m.Name))];
    }

    /// <summary>Tells the screens of those whose notice it is, and the sender's.</summary>
    private async Task TellAsync(Guid id, bool all, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var people = await db.Set<Notice>().Where(n => n.BroadcastId == id && (all || n.ReadAt == null)).Select(n => n.PersonId!.Value).ToListAsync(cancellation);
        await relay.NoticesChangedAsync(db, [actor.AccountId, .. people], cancellation);
    }

    private static Refusal Gone { get; } = new("push.sent", new("这条推送已经发出，不能再改。", "This push has been sent and cannot be changed."), 409);

    private DateTime Now
    {
        get
        {
            // PostgreSQL keeps microseconds; what is compared later must be the same after a round trip.
            var now = time.GetUtcNow().UtcDateTime;
            return new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
        }
    }

    private static IQueryable<Organisation> Groups(RendaDbContext db, Actor actor)
    {
        var all = db.Set<Organisation>().AsNoTracking().Where(o => o.Latest && o.ValidTo == null);
        System.Linq.Expressions.Expression<Func<Organisation, bool>>? any = null;
        foreach (var territory in Territories(actor))
        {
            var (first, last) = (territory, Territory.Last(territory));
            any = any.Or(o => o.Region >= first && o.Region <= last);
        }
        return any is null ? all.Where(o => false) : all.Where(any);
    }

    private async Task<List<Refusal>> FaultsAsync(RendaDbContext db, BroadcastDraft draft, Actor actor, CancellationToken cancellation)
    {
        var faults = new List<Refusal>();
        if (draft.Title.Length is 0 or > Broadcast.LongestTitle) faults.Add(new("push.title", new($"请写标题，最多 {Broadcast.LongestTitle} 字。", $"Give it a title of at most {Broadcast.LongestTitle} characters."), Field: "title"));
        if (draft.Text.Length is 0 or > Broadcast.LongestText) faults.Add(new("push.text", new($"请写内容，最多 {Broadcast.LongestText} 字。", $"Say what it is about, in at most {Broadcast.LongestText} characters."), Field: "text"));
        if (draft.Media.Count > Broadcast.MostAttachments || draft.Media.DistinctBy(m => m.Sha256).Count() != draft.Media.Count) faults.Add(new("push.files", new($"附件最多 {Broadcast.MostAttachments} 个，同一个文件只放一次。", $"At most {Broadcast.MostAttachments} files, each once."), Field: "files"));
        foreach (var (sha, _) in draft.Media)
            if (!await media.IsSenderAsync(sha, actor.AccountId, cancellation)) faults.Add(new("push.file", new("附件没有传上来，请再选一次。", "A file did not arrive; choose it again."), Field: "files"));
        if (draft.Audience is { Region: 0, People.Count: 0 }) faults.Add(new("push.whom", new("请选发给谁。", "Say whom it goes to."), Field: "region"));
        faults.AddRange(await ScopeFaultsAsync(db, draft.Audience, actor, cancellation));
        return faults;
    }

    /// <summary>What of an audience is not within the actor's reach, whoever made the form.</summary>
    private async Task<List<Refusal>> ScopeFaultsAsync(RendaDbContext db, Audience audience, Actor actor, CancellationToken cancellation)
    {
        var faults = new List<Refusal>();
        if (audience.Region != 0 && !Reaches(actor, audience.Region)) faults.Add(new("push.region", new("请选您管理范围内的区域。", "Choose a division within your own territory."), Field: "region"));
        if (audience.Roles.Any(r => Role.Find(r) is null or { Id: "application" })) faults.Add(new("push.role", new("请从列出的身份中选。", "Choose among the roles listed."), Field: "roles"));
        var groups = audience.Groups.Distinct().ToList();
        if (groups.Count > Audience.MostGroups || await Groups(db, actor).CountAsync(o => groups.Contains(o.Id), cancellation) != groups.Count)
            faults.Add(new("push.group", new("请选您管理范围内的机构，最多 50 个。", "Choose bodies within your own territory, at most 50."), Field: "groups"));
        var people = audience.People.Distinct().ToList();
        if (people.Count == 0) return faults;
        var territories = Territories(actor);
        if (people.Count > Audience.MostNamed || territories.Count == 0 || await Audience.Within(db, territories, Now).CountAsync(id => people.Contains(id), cancellation) != people.Count)
            faults.Add(new("push.person", new("请选您管理范围内的人，最多 200 位。", "Choose people within your own territory, at most 200."), Field: "people"));
        return faults;
    }

    private static async Task<string> OfficeAsync(RendaDbContext db, Actor actor, CancellationToken cancellation) =>
        actor.Grants.Where(g => g.Permissions.Contains(Permission)).Select(g => g.OrganisationId).OfType<Guid>().FirstOrDefault() is var office && office == Guid.Empty
            ? "" : await db.Set<Organisation>().Where(o => o.Id == office).Select(o => o.ShortName).FirstOrDefaultAsync(cancellation) ?? "";
}
