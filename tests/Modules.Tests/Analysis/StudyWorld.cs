using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Modules.Tests.Visits;
using Renda.Analysis;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Audit;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Modules.Tests.Analysis;

/// <summary>A county with findings that say the same among findings that do not, and the studies of them.</summary>
internal sealed class StudyWorld : IAsyncDisposable
{
    private static readonly AnalysisModule Module = new();
    private readonly Random _random = new(20261127);

    private StudyWorld(FindingWorld findings)
    {
        Findings = findings;
        Audit = new AuditLog(findings.Databases, findings.Settings, findings.Time);
        Studies = Make();
        Desk = new GroupDesk(findings.Databases, Studies, Audit);
        Focuses = new Focuses(findings.Databases, Desk, findings.Desk, Audit, findings.Time);
        Reader = new GroupReader(findings.Databases);
        Clerk = Person("钱办", "clerk", FindingWorld.County);
        Leader = Person("市领导", "leader", 330500000000);
        Stranger = Person("德清", "clerk", 330521000000);
    }

    public FindingWorld Findings { get; }
    public AuditLog Audit { get; }
    public Studies Studies { get; private set; }
    public GroupDesk Desk { get; }
    public Focuses Focuses { get; }
    public GroupReader Reader { get; }
    public Actor Clerk { get; }
    public Actor Leader { get; }
    public Actor Stranger { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<StudyWorld> CreateAsync(DatabaseProvider provider)
    {
        var world = new StudyWorld(await FindingWorld.CreateAsync(provider));
        await using var db = world.Context();
        foreach (var (actor, name) in ((Actor, string)[])[(world.Clerk, "qian"), (world.Stranger, "deqing")])
        {
            db.Add(new Account { Id = actor.AccountId, UserName = name, DisplayName = actor.Name });
            db.Add(new Grant { Id = Guid.CreateVersion7(), AccountId = actor.AccountId, Role = "clerk", Region = actor.Grants[0].Region, ValidFrom = DateTime.UnixEpoch });
        }
        await db.SaveChangesAsync(Cancellation);
        await world.Studies.StartAsync(Cancellation);
        return world;
    }

    /// <summary>Somebody with the rights of a role, in visits and in studies.</summary>
    public static Actor Person(string name, string role, long region) => VisitsRules.Person(name, role, region) is var actor
        ? actor with { Grants = [actor.Grants[0] with { Permissions = actor.Grants[0].Permissions.Concat(Module.Permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id)).ToHashSet() }] } : actor;

    public RendaDbContext Context() => Findings.Databases.CreateDbContext();

    /// <summary>Findings that say nearly the same: a sentence of which each changes one or two characters.</summary>
    public async Task<HashSet<Guid>> PlantAsync(string sentence, int count, string region = "330522110225")
    {
        var ids = new HashSet<Guid>();
        for (var i = 0; i < count; i++)
        {
            var text = sentence.ToCharArray();
            for (var change = 0; change <= i % 2; change++) text[_random.Next(text.Length)] = Letter();
            ids.Add(await SubmitAsync(new string(text), region));
        }
        return ids;
    }

    /// <summary>Findings that say nothing in common with any other.</summary>
    public async Task NoiseAsync(int count)
    {
        for (var i = 0; i < count; i++) await SubmitAsync(new string([.. Enumerable.Range(0, 24).Select(_ => Letter())]));
    }

    public async Task<Guid> SubmitAsync(string text, string region = "330522110225")
    {
        var id = Guid.CreateVersion7();
        Assert.Null((await Findings.SubmitAsync(id, Findings.Request(text) with { RegionCode = region })).Refusal);
        return id;
    }

    /// <summary>Makes a study and waits for it.</summary>
    public async Task<Study> StudyAsync(Actor? actor = null, params (string Field, string Value)[] changes)
    {
        var id = await BeginAsync(actor, changes);
        return await WaitAsync(id);
    }

    public async Task<Guid> BeginAsync(Actor? actor = null, params (string Field, string Value)[] changes)
    {
        var id = Guid.CreateVersion7();
        Assert.Null(await Studies.CreateAsync(id, Form(changes), actor ?? Clerk, Cancellation));
        return id;
    }

    public static Dictionary<string, string> Form(params (string Field, string Value)[] changes)
    {
        var form = new Dictionary<string, string>
        {
            ["name"] = "秋季", ["scenario-visits"] = "1", ["from"] = "2026-01-01", ["to"] = "", ["region"] = FindingWorld.County.ToString(CultureInfo.InvariantCulture), ["likeness"] = "30", ["place"] = "Anywhere", ["radius"] = "", ["smallest"] = "3",
        };
        foreach (var (field, value) in changes) form[field] = value;
        return form;
    }

    public async Task<Study> WaitAsync(Guid id)
    {
        for (var i = 0; ; i++)
        {
            await using var db = Context();
            var study = await db.Set<Study>().AsNoTracking().SingleAsync(s => s.Id == id, Cancellation);
            if (study.State != StudyState.Running) return study;
            Assert.True(i < 600, "still running");
            await Task.Delay(50, Cancellation);
        }
    }

    public async Task<Study> UpdateAsync(Study study)
    {
        Assert.Null(await Studies.UpdateAsync(study.Id, Clerk, Cancellation));
        return await WaitAsync(study.Id);
    }

    public async Task RestartAsync()
    {
        await Studies.StopAsync(Cancellation);
        Studies.Dispose();
        Studies = Make();
        await Studies.StartAsync(Cancellation);
    }

    public Task StopAsync() => Studies.StopAsync(Cancellation);

    /// <summary>The groups as sets of matters, those put away or put together among them when they have any.</summary>
    public async Task<List<HashSet<Guid>>> GroupsAsync(Study study)
    {
        await using var db = Context();
        var rows = await (from r in db.Set<StudyMatter>().AsNoTracking() join m in db.Set<Matter>() on r.Serial equals m.Serial where r.StudyId == study.Id && r.GroupId != null select new { r.GroupId, m.Id }).ToListAsync(Cancellation);
        return [.. rows.GroupBy(r => r.GroupId).Select(g => g.Select(r => r.Id).ToHashSet())];
    }

    /// <summary>The group that has a matter.</summary>
    public async Task<Guid> GroupOfAsync(Study study, Guid matter)
    {
        await using var db = Context();
        return await (from r in db.Set<StudyMatter>() join m in db.Set<Matter>() on r.Serial equals m.Serial where r.StudyId == study.Id && m.Id == matter select r.GroupId ?? Guid.Empty).SingleAsync(Cancellation);
    }

    public async Task<List<long>> SerialsAsync(params Guid[] matters)
    {
        await using var db = Context();
        return await db.Set<Matter>().Where(m => matters.Contains(m.Id)).OrderBy(m => m.Serial).Select(m => m.Serial).ToListAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Studies.StopAsync(CancellationToken.None);
        Studies.Dispose();
        await Findings.DisposeAsync();
    }

    private char Letter() => (char)('一' + _random.Next(12_000));

    private Studies Make() => new(
        Findings.Databases, [VisitsRules.Module], TestActors.Of(Findings.Databases, Findings.Settings, [.. VisitsRules.Module.Permissions, .. Module.Permissions], Findings.Time), RegionDirectory.Huzhou, Audit, Findings.Time, NullLogger<Studies>.Instance);
}
