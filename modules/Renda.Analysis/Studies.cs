using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Analysis;

/// <summary>
/// Makes studies and brings them up to date, in the background, one after another. What a stop interrupted is begun anew at the next
/// start, up to the same matter, and gives the same: until the last step nothing of it counts.
/// </summary>
public sealed class Studies(
    IDbContextFactory<RendaDbContext> databases, IReadOnlyList<RendaModule> modules, Actors actors, RegionDirectory regions, AuditLog audit, TimeProvider time, ILogger<Studies> log) : BackgroundService
{
    /// <summary>Most matters of a study: what is compared stands in memory, at its height some 5 KB for each.</summary>
    public const int Most = 200_000;

    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 100;

    private const int Part = 2000;
    private readonly Channel<Guid> _work = Channel.CreateUnbounded<Guid>(new() { SingleReader = true });

    /// <summary>Scenarios whose matters an actor may read in a territory, and which may be grouped.</summary>
    public IReadOnlyList<RendaModule> ScenariosOf(Actor actor) => [.. modules.Where(m => m.Procedures.Count > 0 && AnalysisScope.Territories(actor, m.Id + ".read").Count > 0)];

    /// <summary>Makes a study of what was typed and begins it. The same press again changes nothing.</summary>
    /// <param name="id">UUIDv7, made by the page.</param>
    /// <param name="form">name, scenario-ID of each scenario, from, to, region, likeness, category, place, radius, smallest.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> CreateAsync(Guid id, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        if (id.Version != 7) return new("analysis.id-version", new("编号必须是 UUIDv7。", "The id must be a UUIDv7."), 400);
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var study = new Study { Id = id, Name = typed.Text("name"), CreatedBy = actor.AccountId, CreatedByName = actor.Name, CreatedAt = typed.Now, SameCategory = typed.Text("category").Length > 0, State = StudyState.Running };
        typed.Need(study.Name.Length > 0, "name", "请写名称。", "Give it a name.");
        typed.Short(study.Name, LongestName, "name");
        var scenarios = ScenariosOf(actor).Select(m => m.Id).Where(s => typed.Text("scenario-" + s).Length > 0).ToList();
        typed.Need(scenarios.Count > 0, "scenarios", "请至少选一个场景。", "Choose at least one scenario.");
        study.Scenarios = string.Join(',', scenarios);
        (var from, study.To) = (typed.Day("from", needed: true), typed.Day("to", needed: false));
        study.From = from ?? default;
        typed.Need(study.To is null || study.To >= study.From, "to", "结束日期不能早于开始日期。", "It cannot end before it begins.");
        study.Region = typed.Region("region", regions);
        typed.Need(study.Region > 0 && AnalysisScope.Reaches(actor, AnalysisScope.Manage, study.Region), "region", "请选择您管理范围内的地区。", "Choose an area that is yours.");
        study.Likeness = Number("likeness", 20, 95);
        study.Smallest = Number("smallest", 2, 50);
        var place = StudyPlace.Anywhere;
        typed.Need(Enum.TryParse(typed.Text("place"), out place) && Enum.IsDefined(place), "place", "请选择地点条件。", "Choose how near they have to be.");
        study.Place = place;
        study.Radius = place == StudyPlace.Radius ? Number("radius", 50, 20_000) : 0;
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);

        await using var db = databases.CreateDbContext();
        if (await db.Set<Study>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation) is { } known)
            return known.CreatedBy == actor.AccountId && known.Name == study.Name ? null : new("analysis.id-taken", new("这个编号已经用于另一份分析。", "This id belongs to another study."), 409);
        study.Target = await NewestAsync(db, cancellation);
        db.Add(study);
        await db.SaveChangesAsync(cancellation);
        _work.Writer.TryWrite(id);
        return null;

        int Number(string field, int least, int most)
        {
            var good = int.TryParse(TypedForm.Plain(typed.Text(field)), out var number) && number >= least && number <= most;
            typed.Need(good, field, $"请填 {least} 到 {most} 的整数。", $"A whole number from {least} to {most}.");
            return number;
        }
    }

    /// <summary>A study that the actor may see; null when it is not theirs.</summary>
    public async Task<Study?> FindAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<Study>().AsNoTracking().VisibleTo(actor).FirstOrDefaultAsync(s => s.Id == id, cancellation);
    }

    /// <summary>Whether the actor may change a study: whose area it is, and who may read what it reads, the maker's matters among them.</summary>
    public static bool MayManage(Study study, Actor actor) => AnalysisScope.Reaches(actor, AnalysisScope.Manage, study.Region);

    /// <summary>Takes in what arrived since, or begins again what was stopped.</summary>
    public async Task<Refusal?> UpdateAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(id, actor, cancellation) is not { } study) return Refusal.NotFound;
        if (!MayManage(study, actor)) return NotYours;
        await using var db = databases.CreateDbContext();
        var target = await NewestAsync(db, cancellation);
        // Of two presses one begins.
        if (await db.Set<Study>().Where(s => s.Id == id && s.State != StudyState.Running)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.State, StudyState.Running).SetProperty(x => x.Target, target).SetProperty(x => x.Done, 0).SetProperty(x => x.Steps, 0).SetProperty(x => x.Fault, "").SetProperty(x => x.Run, (Guid?)null), cancellation) == 0) return Busy;
        _work.Writer.TryWrite(id);
        return null;
    }

    /// <summary>Stops the work on a study; what was grouped before stays.</summary>
    public async Task<Refusal?> CancelAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(id, actor, cancellation) is not { } study) return Refusal.NotFound;
        if (!MayManage(study, actor)) return NotYours;
        await using var db = databases.CreateDbContext();
        // Whoever works on it no longer finds its own mark, and stops.
        await EndAsync(db.Set<Study>().Where(s => s.Id == id && s.State == StudyState.Running), StudyState.Cancelled, "", cancellation);
        return null;
    }

    /// <summary>Takes a study away with its groups; focuses and topics made of them stay.</summary>
    public async Task<Refusal?> DeleteAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(id, actor, cancellation) is not { } study) return Refusal.NotFound;
        if (!MayManage(study, actor)) return NotYours;
        return await audit.RunAsync(async (db, note) =>
        {
            await db.Set<StudyMatter>().Where(m => m.StudyId == id).ExecuteDeleteAsync(cancellation);
            await db.Set<StudyGroup>().Where(g => g.StudyId == id).ExecuteDeleteAsync(cancellation);
            await db.Set<Study>().Where(s => s.Id == id).ExecuteDeleteAsync(cancellation);
            await note(AuditLog.Entry(actor, "analysis.delete", nameof(Study), id, study.Name));
            return (Refusal?)null;
        }, cancellation);
    }

    internal static Refusal NotYours { get; } = new("analysis.not-yours", new("这个地区的分析由当地人大工作人员维护。", "Studies of this area are kept by its own congress staff."), 403);

    internal static Refusal Busy { get; } = new("analysis.busy", new("这份分析正在计算，请等它完成。", "This study is being worked on; wait until it is done."), 409);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using (var db = databases.CreateDbContext())
                foreach (var id in await db.Set<Study>().Where(s => s.State == StudyState.Running).OrderBy(s => s.CreatedAt).Select(s => s.Id).ToListAsync(stoppingToken)) _work.Writer.TryWrite(id);
            await foreach (var id in _work.Reader.ReadAllAsync(stoppingToken)) await RunAsync(id, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Begun anew at the next start.
        }
    }

    private async Task RunAsync(Guid id, CancellationToken stopping)
    {
        var run = Guid.CreateVersion7();
        try
        {
            await using var db = databases.CreateDbContext();
            if (await db.Set<Study>().Where(s => s.Id == id && s.State == StudyState.Running).ExecuteUpdateAsync(s => s.SetProperty(x => x.Run, run).SetProperty(x => x.Done, 0).SetProperty(x => x.Steps, 0), stopping) == 0) return;
            await WorkAsync(await db.Set<Study>().AsNoTracking().FirstAsync(s => s.Id == id, stopping), stopping);
        }
        catch (StudyTakenException)
        {
            // Stopped by a person, or another node works on it.
        }
#pragma warning disable CA1031 // One study that fails must not end the work on all later ones.
        catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogError(e, "Study {Id} failed", id);
            await FailAsync(id, run, new("系统出错了，没有分成组。请重试。", "Something went wrong and nothing was grouped. Try again."));
        }
    }

    private async Task FailAsync(Guid id, Guid run, Words why)
    {
        await using var db = databases.CreateDbContext();
        await EndAsync(db.Set<Study>().Where(s => s.Id == id && s.Run == run), StudyState.Failed, $"{why.Zh}\n{why.En}", CancellationToken.None);
    }

    // What was grouped before goes on being read.
    private static async Task EndAsync(IQueryable<Study> study, StudyState without, string fault, CancellationToken cancellation)
    {
        await study.Where(s => s.Upto > 0).ExecuteUpdateAsync(s => s.SetProperty(x => x.State, StudyState.Ready).SetProperty(x => x.Run, (Guid?)null).SetProperty(x => x.Fault, fault), cancellation);
        await study.Where(s => s.Upto == 0).ExecuteUpdateAsync(s => s.SetProperty(x => x.State, without).SetProperty(x => x.Run, (Guid?)null).SetProperty(x => x.Fault, fault), cancellation);
    }

    private async Task WorkAsync(Study study, CancellationToken stopping)
    {
        await using var db = databases.CreateDbContext();
        if (await actors.FindAsync(study.CreatedBy, stopping) is not { } actor || !AnalysisScope.Reaches(actor, AnalysisScope.Manage, study.Region))
        {
            await FailAsync(study.Id, study.Run!.Value, new("建立这份分析的人已没有权限，请由现在的工作人员重新建立。", "Whoever made this study may no longer do so; let the present staff make it anew."));
            return;
        }
        await db.Set<StudyMatter>().Where(m => m.StudyId == study.Id && m.Serial > study.Upto).ExecuteDeleteAsync(stopping);
        await db.Set<StudyGroup>().Where(g => g.StudyId == study.Id && g.Since > study.Upto).ExecuteDeleteAsync(stopping);

        var matters = Matters(db, study, actor);
        var arrived = await matters.CountAsync(stopping);
        if (study.Matters + arrived > Most)
        {
            await FailAsync(study.Id, study.Run!.Value, new($"共 {study.Matters + arrived} 件，超过 {Most} 件，请缩短时段或缩小地区。", $"{study.Matters + arrived} matters are more than {Most}: choose a shorter period or a smaller area."));
            return;
        }
        var work = new StudyWork(study);
        await work.LoadAsync(db, stopping);
        var progress = new Progress(databases, study, arrived + arrived + work.Alone);
        await progress.TellAsync(0, stopping);
        var fields = study.ScenarioIds.ToDictionary(s => s, s => modules.FirstOrDefault(m => m.Id == s)?.SearchedData ?? []);
        for (var after = study.Upto; ;)
        {
            var some = await matters.Where(m => m.Serial > after).OrderBy(m => m.Serial).Take(Part)
                .Select(m => new { m.Serial, m.Scenario, m.Category, m.Title, m.Body, m.Region, m.Latitude, m.Longitude }).ToListAsync(stopping);
            foreach (var m in some) work.Add(m.Serial, $"{m.Scenario}/{m.Category}", m.Region, m.Latitude, m.Longitude, Text(m.Title, m.Body, fields[m.Scenario]));
            await progress.TellAsync(work.Arrived, stopping);
            if (some.Count < Part) break;
            after = some[^1].Serial;
        }
        var told = 0;
        foreach (var step in work.Group())
            if (++told % 500 == 0) await progress.TellAsync(arrived + step, stopping);
        await progress.TellAsync(arrived + arrived, stopping);
        await work.SaveAsync(databases, Now(), stopping);
    }

    /// <summary>What is to be taken in: matters of the study's scenarios, area and period that its maker may read; what was merged into another is that other.</summary>
    private static IQueryable<Matter> Matters(RendaDbContext db, Study study, Actor actor)
    {
        var (scenarios, begin, end) = (study.ScenarioIds, ChinaTime.StartOf(study.From), study.To is { } to ? ChinaTime.EndOf(to) : DateTime.MaxValue);
        var matters = db.Set<Matter>().AsNoTracking().VisibleTo(actor, db).Where(MatterScope.In(study.Region))
            .Where(m => scenarios.Contains(m.Scenario) && m.Serial > study.Upto && m.Serial <= study.Target && m.SubmittedAt >= begin && m.MergedIntoId == null);
        return study.To is null ? matters : matters.Where(m => m.SubmittedAt < end);
    }

    private static string Text(string title, string body, IReadOnlyList<string> fields)
    {
        var data = JsonSerializer.Deserialize<JsonObject>(body)?["data"] as JsonObject;
        return string.Join('\n', fields.Select(f => data?[f]).OfType<JsonValue>().Select(v => v.ToString()).Prepend(title));
    }

    private static async Task<long> NewestAsync(RendaDbContext db, CancellationToken cancellation) => await db.Set<Matter>().MaxAsync(m => (long?)m.Serial, cancellation) ?? 0;

    private DateTime Now()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - now.Ticks % 10, DateTimeKind.Utc);
    }

    /// <summary>Says how far it is, at most twice a second, and looks whether it is still to be done.</summary>
    private sealed class Progress(IDbContextFactory<RendaDbContext> databases, Study study, int steps)
    {
        private long _told;

        public async Task TellAsync(int done, CancellationToken stopping)
        {
            stopping.ThrowIfCancellationRequested();
            if (_told != 0 && Environment.TickCount64 - _told < 500) return;
            _told = Environment.TickCount64;
            await using var db = databases.CreateDbContext();
            if (await db.Set<Study>().Where(s => s.Id == study.Id && s.Run == study.Run).ExecuteUpdateAsync(s => s.SetProperty(x => x.Done, done).SetProperty(x => x.Steps, steps), stopping) == 0) throw new StudyTakenException();
        }
    }
}

/// <summary>A study is no longer this start's to work on.</summary>
internal sealed class StudyTakenException : Exception;
