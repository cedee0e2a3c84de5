using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Notices;
using Renda.Platform.Persistence;

namespace Renda.Platform.Dingtalk;

/// <summary>
/// Goes through 浙政钉's contacts each night, and when asked. Whoever is bound and has left there opens nothing any more until
/// seen again, and the administrators are told. It never binds anybody: a name in the contacts proves nothing.
/// </summary>
public sealed class DingtalkContacts(IDbContextFactory<RendaDbContext> databases, DingtalkSettings settings, DingtalkClient client, AuditLog audit, TimeProvider time, ILogger<DingtalkContacts> log) : BackgroundService
{
    /// <summary>What an administrator must hold to see the contacts.</summary>
    public const string Permission = NoticeDeliveries.Permission;

    /// <summary>Page of it.</summary>
    public const string Page = "/administration/dingtalk";

    // At most 100 a page and 100 a batch, by the protocol.
    private const int Most = 100, MostPages = 1000, MostOrganisations = 20_000, NightHour = 2;
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1), Stalled = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _awake = new(0, 1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.On) return;
        try
        {
            while (true)
            {
                try
                {
                    if (await DueAsync(stoppingToken) is { } sync) await RunAsync(sync, stoppingToken);
                }
#pragma warning disable CA1031 // Whatever went wrong once, the next round is a new chance.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    log.LogError(e, "The contacts of DingTalk could not be gone through");
                }
                await _awake.WaitAsync(Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A round that was broken off is begun again.
        }
    }

    /// <summary>Asks for a round now; null, or that one runs.</summary>
    public async Task<Refusal?> AskAsync(Actor actor, CancellationToken cancellation)
    {
        if (!settings.On) return Refusal.NotFound;
        var now = Now;
        var begun = await audit.RunAsync(async (db, note) =>
        {
            if (await RunningAsync(db, now, cancellation)) return false;
            // Standing still since long ago, so that the next look takes it up.
            db.Add(new DingtalkSync { Id = Guid.CreateVersion7(), AskedBy = actor.AccountId, StartedAt = now, SeenAt = DateTime.UnixEpoch });
            await note(AuditLog.Entry(actor, "platform.sync-dingtalk", nameof(DingtalkSync), null, "同步浙政钉通讯录"));
            return true;
        }, cancellation);
        if (!begun) return new("dingtalk.running", new("正在同步，请等它结束。", "It is running already; wait until it has ended."), 409);
        try
        {
            _awake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
        return null;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static Task<bool> RunningAsync(RendaDbContext db, DateTime now, CancellationToken cancellation)
    {
        var alive = now - Stalled;
        return db.Set<DingtalkSync>().AnyAsync(s => s.EndedAt == null && (s.SeenAt > alive || s.SeenAt == DateTime.UnixEpoch), cancellation);
    }

    /// <summary>The round that is to run now and is this node's, or null: one that was asked for, one that was broken off, or the night's.</summary>
    internal async Task<DingtalkSync?> DueAsync(CancellationToken cancellation)
    {
        var (now, alive) = (Now, Now - Stalled);
        await using var db = databases.CreateDbContext();
        if (await db.Set<DingtalkSync>().AsNoTracking().Where(s => s.EndedAt == null && s.SeenAt <= alive).OrderBy(s => s.StartedAt).FirstOrDefaultAsync(cancellation) is { } waiting)
            return await db.Set<DingtalkSync>().Where(s => s.Id == waiting.Id && s.EndedAt == null && s.SeenAt == waiting.SeenAt).ExecuteUpdateAsync(s => s.SetProperty(x => x.SeenAt, now), cancellation) > 0 ? waiting : null;
        var night = ChinaTime.StartOf(ChinaTime.Date(now)).AddHours(NightHour);
        if (now < night) return null;
        return await audit.RunAsync(async (tx, _) =>
        {
            if (await tx.Set<DingtalkSync>().AnyAsync(s => s.EndedAt == null || s.StartedAt >= night, cancellation)) return null;
            var sync = new DingtalkSync { Id = Guid.CreateVersion7(), StartedAt = now, SeenAt = now };
            tx.Add(sync);
            return sync;
        }, cancellation);
    }

    /// <summary>Goes through the contacts once. What was seen is kept page by page; who has left is told only by a round that came to its end.</summary>
    internal async Task RunAsync(DingtalkSync sync, CancellationToken cancellation)
    {
        var (organisations, people, fault) = await WalkAsync(sync.Id, cancellation);
        if (fault is null) await CloseAsync(sync, organisations, people, cancellation);
        else await EndAsync(sync.Id, organisations, people, fault.ToString(), cancellation);
    }

    private async Task<(int Organisations, int People, DingtalkFault? Fault)> WalkAsync(Guid sync, CancellationToken cancellation)
    {
        var (scopes, fault) = await client.PostAsync("/auth/scopesV2", [new("tenantId", settings.Tenant)], cancellation);
        if (fault is not null) return (0, 0, fault);
        var known = new HashSet<string>(Scope(scopes));
        var open = new Queue<string>(known);
        var people = new HashSet<string>();
        while (open.Count > 0)
        {
            var some = Enumerable.Range(0, Math.Min(Most, open.Count)).Select(_ => open.Dequeue()).ToList();
            (var named, fault) = await client.PostAsync("/mozi/organization/listOrganizationsByCodes", [new("tenantId", settings.Tenant), .. some.Select(c => new KeyValuePair<string, string>("organizationCodes", c))], cancellation);
            if (fault is not null) return (known.Count, people.Count, fault);
            await KeepAsync(DingtalkAnswer.Each(named.Data).Select(o => (Code: DingtalkAnswer.Text(o, "organizationCode"), Name: DingtalkAnswer.Text(o, "organizationName"))).Where(o => o.Code.Length is > 0 and <= 100).ToList(), sync, cancellation);
            foreach (var code in some)
            {
                for (var page = 1; ; page++)
                {
                    (var below, fault) = await PageAsync("/mozi/organization/pageSubOrganizationCodes", code, page, "status", cancellation);
                    if (fault is not null) return (known.Count, people.Count, fault);
                    var codes = DingtalkAnswer.Codes(below.Data).ToList();
                    foreach (var child in codes.Where(known.Add)) open.Enqueue(child);
                    if (codes.Count < Most || page == MostPages) break;
                }
                if (known.Count > MostOrganisations) return (known.Count, people.Count, new("", "more organisations than can be", true, false));
                for (var page = 1; ; page++)
                {
                    (var members, fault) = await PageAsync("/mozi/organization/pageOrganizationEmployeePositions", code, page, "employeeStatus", cancellation);
                    if (fault is not null) return (known.Count, people.Count, fault);
                    var rows = DingtalkAnswer.Each(members.Data).Select(e => (Code: DingtalkAnswer.Text(e, "employeeCode"), Name: DingtalkAnswer.Text(e, "employeeName"))).Where(e => e.Code.Length is > 0 and <= 100).DistinctBy(e => e.Code).ToList();
                    people.UnionWith(rows.Select(r => r.Code));
                    if (rows.Count > 0 && (fault = await KeepAsync(rows, code, sync, cancellation)) is not null) return (known.Count, people.Count, fault);
                    if (DingtalkAnswer.Each(members.Data).Count() < Most || page == MostPages) break;
                }
            }
        }
        return (known.Count, people.Count, null);

        // Told beside the data in some versions and within it in others.
        static IEnumerable<string> Scope(DingtalkAnswer answer) => ((System.Text.Json.JsonElement[])[answer.Content, answer.Data])
            .SelectMany(e => e.ValueKind == System.Text.Json.JsonValueKind.Object && e.TryGetProperty("deptVisibleScopes", out var codes) ? DingtalkAnswer.Codes(codes) : []);
    }

    private Task<(DingtalkAnswer Answer, DingtalkFault? Fault)> PageAsync(string path, string organisation, int page, string status, CancellationToken cancellation) => client.PostAsync(path,
        [new("tenantId", settings.Tenant), new("organizationCode", organisation), new(status, "A"), new("pageSize", Most.ToString(CultureInfo.InvariantCulture)), new("pageNo", page.ToString(CultureInfo.InvariantCulture)), new("returnTotalSize", "true")], cancellation);

    private async Task KeepAsync(List<(string Code, string Name)> organisations, Guid sync, CancellationToken cancellation)
    {
        var codes = organisations.ConvertAll(o => o.Code);
        await using var db = databases.CreateDbContext();
        var kept = await db.Set<DingtalkOrganisation>().Where(o => codes.Contains(o.Code)).ToDictionaryAsync(o => o.Code, cancellation);
        foreach (var (code, name) in organisations)
        {
            if (!kept.TryGetValue(code, out var row)) db.Add(kept[code] = row = new DingtalkOrganisation { Code = code });
            (row.Name, row.SyncId) = (name.Length > 200 ? name[..200] : name, sync);
        }
        await db.SaveChangesAsync(cancellation);
        await SeenAsync(db, sync, cancellation);
    }

    private Task SeenAsync(RendaDbContext db, Guid sync, CancellationToken cancellation)
    {
        var now = Now;
        return db.Set<DingtalkSync>().Where(s => s.Id == sync).ExecuteUpdateAsync(s => s.SetProperty(x => x.SeenAt, now), cancellation);
    }

    private async Task<DingtalkFault?> KeepAsync(List<(string Code, string Name)> people, string organisation, Guid sync, CancellationToken cancellation)
    {
        var codes = people.ConvertAll(p => p.Code);
        var (told, fault) = await client.PostAsync("/mozi/employee/listEmployeeAccountIds", [new("tenantId", settings.Tenant), .. codes.Select(c => new KeyValuePair<string, string>("employeeCodes", c))], cancellation);
        if (fault is not null) return fault;
        var accounts = new Dictionary<string, long>();
        foreach (var row in DingtalkAnswer.Each(told.Data))
            if (long.TryParse(DingtalkAnswer.Text(row, "accountId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) accounts[DingtalkAnswer.Text(row, "employeeCode")] = id;
        await using var db = databases.CreateDbContext();
        var kept = await db.Set<DingtalkMember>().Where(m => codes.Contains(m.EmployeeCode)).ToDictionaryAsync(m => m.EmployeeCode, cancellation);
        foreach (var (code, name) in people)
        {
            if (!kept.TryGetValue(code, out var row)) db.Add(kept[code] = row = new DingtalkMember { EmployeeCode = code });
            (row.Name, row.OrganisationCode, row.SyncId, row.DingtalkId, row.LeftAt) = (name[..Math.Min(name.Length, DingtalkDoor.LongestName)], organisation, sync, accounts.TryGetValue(code, out var id) ? id : null, null);
        }
        await db.SaveChangesAsync(cancellation);
        await SeenAsync(db, sync, cancellation);
        return null;
    }

    /// <summary>Notes who has left and who is back, and what follows for their bindings, in one transaction.</summary>
    private async Task CloseAsync(DingtalkSync sync, int organisations, int people, CancellationToken cancellation)
    {
        var (id, now, tenant) = (sync.Id, Now, settings.Tenant);
        await using (var db = databases.CreateDbContext())
        {
            // A scope that was set wrong there must not shut out a whole city.
            var gone = await db.Set<DingtalkMember>().CountAsync(m => m.SyncId != id && m.LeftAt == null, cancellation);
            if (gone > 20 && gone > people)
            {
                await EndAsync(id, organisations, people, $"{gone} people are missing, more than were seen; nobody was taken to have left", cancellation);
                return;
            }
        }
        await audit.RunAsync(async (db, note) =>
        {
            var left = await db.Set<DingtalkMember>().Where(m => m.SyncId != id && m.LeftAt == null).ExecuteUpdateAsync(s => s.SetProperty(m => m.LeftAt, now), cancellation);
            await db.Set<DingtalkOrganisation>().Where(o => o.SyncId != id).ExecuteDeleteAsync(cancellation);
            var members = db.Set<DingtalkMember>();
            var bindings = db.Set<DingtalkBinding>().Where(b => b.Tenant == tenant);
            // Only of whom the contacts once knew: whoever is beyond what they show is not said to have left.
            var lost = await bindings.Where(b => b.SuspendedAt == null && members.Any(m => m.DingtalkId == b.DingtalkId && m.LeftAt != null) && !members.Any(m => m.DingtalkId == b.DingtalkId && m.LeftAt == null)).ToListAsync(cancellation);
            var back = await bindings.Where(b => b.SuspendedAt != null && members.Any(m => m.DingtalkId == b.DingtalkId && m.LeftAt == null)).ToListAsync(cancellation);
            foreach (var binding in lost)
            {
                binding.SuspendedAt = now;
                await note(AuditLog.Entry(Actor.Platform, "account.suspend-dingtalk", nameof(Account), binding.AccountId, $"不在浙政钉通讯录里，停用绑定：{binding.Name}（{binding.DingtalkId}）"));
            }
            foreach (var binding in back)
            {
                binding.SuspendedAt = null;
                await note(AuditLog.Entry(Actor.Platform, "account.resume-dingtalk", nameof(Account), binding.AccountId, $"又在浙政钉通讯录里，恢复绑定：{binding.Name}（{binding.DingtalkId}）"));
            }
            if (lost.Count > 0)
            {
                var admins = db.Set<Grant>().Where(g => g.Role == "admin").InForce(db, now);
                var told = await db.Users.Where(a => a.ClosedAt == null && a.PersonId != null && admins.Any(g => g.AccountId == a.Id)).Select(a => a.PersonId!.Value).Distinct().ToListAsync(cancellation);
                foreach (var person in told) db.Add(AccountNotice.For(person, new($"浙政钉通讯录里少了 {lost.Count} 位绑定过的人，他们的绑定已停用。", $"{lost.Count} people who were bound have left DingTalk; their bindings are suspended."), now, Page));
            }
            await db.Set<DingtalkSync>().Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now).SetProperty(x => x.Organisations, organisations).SetProperty(x => x.People, people).SetProperty(x => x.Left, left).SetProperty(x => x.Suspended, lost.Count).SetProperty(x => x.Error, ""), cancellation);
            return true;
        }, cancellation);
    }

    private async Task EndAsync(Guid id, int organisations, int people, string error, CancellationToken cancellation)
    {
        var now = Now;
        await using var db = databases.CreateDbContext();
        await db.Set<DingtalkSync>().Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now).SetProperty(x => x.Organisations, organisations).SetProperty(x => x.People, people).SetProperty(x => x.Error, error.Length > 500 ? error[..500] : error), cancellation);
        log.LogWarning("The contacts of DingTalk were not gone through to the end: {Why}", error);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _awake.Dispose();
        base.Dispose();
    }
}
