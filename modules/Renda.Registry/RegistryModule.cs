using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Agenda;
using Renda.Platform.Congresses;
using Renda.Platform.Indicators;
using Renda.Platform.Modules;
using Renda.Platform.People;
using Renda.Platform.Performance;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;
using Renda.Platform.Search;
using Renda.Registry.Import;

namespace Renda.Registry;

/// <summary>The base registry (全市人大基础数据库): who is who, in which body, since when and until when.</summary>
public sealed class RegistryModule : RendaModule
{
    /// <inheritdoc />
    public override string Id => "registry";

    /// <inheritdoc />
    public override Words Name => new("基础数据库", "Registry");

    /// <inheritdoc />
    public override string Icon => "id";

    /// <inheritdoc />
    public override TaskGroup Group => TaskGroup.Infrastructure;

    /// <inheritdoc />
    public override IReadOnlyList<Permission> Permissions { get; } =
    [
        new("registry.look", new("查看基础数据", "Look things up"), "deputy", "clerk", "office-head", "leader", "unit-clerk", "unit-head", "admin", "auditor"),
        new(RegistryScope.Details, new("查看人员详情", "See people in detail"), "clerk", "office-head", "admin", "auditor"),
        new(RegistryScope.Edit, new("维护基础数据", "Keep the registry"), "clerk", "office-head", "admin"),
        new(RegistryScope.Reveal, new("查看身份证号和电话原文", "See identity and phone numbers"), "office-head", "admin"),
        new(RegistryScope.Undo, new("撤销变更", "Undo changes"), "office-head", "admin"),
        new(RegistryScope.Leave, new("批准代表请假", "Decide on deputies' leave"), "office-head"),
        new(RegistryScope.Credentials, new("登记代表资格审查意见", "Record the credentials committee's opinions"), "office-head"),
    ];

    /// <inheritdoc />
    public override bool RaisesDuties => true;

    /// <inheritdoc />
    public override IReadOnlyList<(string Id, Words Name)> AuditActions { get; } = [("registry.reveal", new("查看号码原文", "see numbers")), ("registry.export", new("导出名册", "export a roster"))];

    /// <inheritdoc />
    public override IReadOnlyList<RecordBook> Records { get; } = [new MandateBook()];

    /// <inheritdoc />
    public override IReadOnlyList<Indicator> Indicators => [.. base.Indicators, .. MandateBook.Indicators];

    /// <inheritdoc />
    public override ValueTask<IReadOnlyDictionary<string, Words>> CategoriesAsync(IServiceProvider services, IReadOnlyList<string> asked, CancellationToken cancellation) => new(MandateBook.TierNames);

    /// <inheritdoc />
    public override IReadOnlyList<PerformanceItem> Performance { get; } =
    [
        new("registry.session", PerformanceHeading.Congress, new("出席代表大会会议", "Sessions of the congress attended"), new("次", "sessions"), (db, period) =>
            from a in db.Set<Attendance>()
            join s in db.Set<CongressSession>() on a.SessionId equals s.Id
            join m in db.Set<Mandate>() on a.MandateId equals m.Id
            join c in db.Set<Organisation>() on m.CongressId equals c.Id
            where a.Status == AttendanceStatus.Present && s.Opens >= period.First && s.Opens <= period.Last
            select new PerformanceRow { PersonId = m.PersonId, CongressId = m.CongressId, At = null, Day = s.Opens, Source = s.Id, Title = c.ShortName + "第" + s.Ordinal + "次会议", Public = true, Amount = 1 }, session => $"/registry/sessions/{session}"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<MenuItem> Menu { get; } =
    [
        new(new("代表和人员", "People"), "/registry/people", "registry.look", "users"),
        new(new("区划和代表", "Places and deputies"), "/registry/regions", "registry.look", "map-pin"),
        new(new("机构", "Organisations"), "/registry/organisations", "registry.look", "building-community"),
        new(new("导入名册", "Import a roster"), "/registry/imports", RegistryScope.Edit, "upload"),
        new(new("名册和分析", "Rosters and structure"), "/registry/reports", RegistryScope.Details, "download"),
        new(new("数据检查", "Checks"), "/registry/checks", RegistryScope.Edit, "checklist"),
        new(new("变更记录", "Changes"), "/registry/changes", RegistryScope.Edit, "clock"),
    ];

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyList<SearchGroup>> SearchAsync(IServiceProvider services, string question, Actor actor, int most, CancellationToken cancellation)
    {
        if (!actor.May("registry.look")) return [];
        var roster = services.GetRequiredService<Roster>();
        var (people, more) = await roster.FirstAsync(question, most, cancellation);
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var bodies = await db.Set<Organisation>().AsNoTracking().Where(o => o.ValidTo == null && (o.Name.Contains(question) || o.ShortName.Contains(question))).OrderBy(o => o.Region).ThenBy(o => o.Name).Take(most).ToListAsync(cancellation);
        var places = services.GetRequiredService<RegionDirectory>().Search(question, limit: most);
        return
        [
            new(new("人员", "People"), [.. people.Select(p => new SearchHit(p.Name, p.Employer, $"/registry/people/{p.Id}", "user"))], more ? $"/registry/people?q={Uri.EscapeDataString(question)}" : null),
            new(new("机构", "Organisations"), [.. bodies.Select(o => new SearchHit(o.Name, RegistryWords.Of(o.Kind), $"/registry/organisations/{o.Id}", "building-community"))]),
            new(new("区划", "Places"), [.. places.Select(r => new SearchHit(r.Name, r.FullName, $"/registry/regions/{r.Code:D12}", "map-pin"))]),
        ];
    }

    /// <inheritdoc />
    public override async ValueTask<IReadOnlyList<AgendaEntry>> AgendaAsync(IServiceProvider services, Actor actor, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        // The congresses of the places for which somebody has a right, and of those above.
        var regions = services.GetRequiredService<RegionDirectory>();
        var places = actor.Grants.Where(g => g.Region > 0).SelectMany(g => regions.Path(g.Region)).Select(r => r.Code).Distinct().ToList();
        if (places.Count == 0) return [];
        await using var db = services.GetRequiredService<IDbContextFactory<RendaDbContext>>().CreateDbContext();
        var sessions = await (from s in db.Set<CongressSession>().AsNoTracking()
                              join t in db.Set<Term>() on s.TermId equals t.Id
                              join c in db.Set<Organisation>() on t.CongressId equals c.Id
                              where s.Opens <= last && s.Closes >= first && places.Contains(c.Region)
                              orderby s.Opens
                              select new { s.Id, s.Ordinal, s.OfCommittee, s.Opens, s.Closes, Term = t.Ordinal, c.Name, Congress = c.Id }).Take(200).ToListAsync(cancellation);
        return
        [
            .. sessions.Select(s => new AgendaEntry($"session-{s.Id:N}", $"{s.Name}{(s.OfCommittee ? "常务委员会" : "")}第{s.Ordinal}次会议", new("会议", "Session"), s.Opens, s.Closes, $"/registry/organisations/{s.Congress}", false)),
        ];
    }

    /// <inheritdoc />
    public override void AddServices(IServiceCollection services) => services.AddSingleton<Roster>().AddSingleton<RegistryForms>().AddSingleton<Merging>().AddSingleton<Checks>().AddSingleton<Reports>().AddSingleton<Imports>()
        .AddSingleton<Attendances>().AddSingleton<Terms>().AddSingleton<AbsenceDuties>().AddSingleton<RegistryFollower>(p => p.GetRequiredService<AbsenceDuties>().FollowAsync).AddHostedService(p => p.GetRequiredService<Imports>());

    /// <inheritdoc />
    public override void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/registry/imports/{id:guid}/rows.xlsx", ImportFiles.RowsAsync).RequirePermission(RegistryScope.Edit).ExcludeFromDescription();
        var export = root.MapGroup("/registry/export").ExcludeFromDescription();
        export.MapGet("/roster.xlsx", (Guid congress, string? on, Reports reports, HttpContext http) => reports.RosterAsync(congress, on, http)).RequirePermission(RegistryScope.Details);
        export.MapGet("/structure.{kind}", (Guid congress, string? on, string kind, Reports reports, HttpContext http) => reports.StructureFileAsync(congress, on, kind, http)).RequirePermission(RegistryScope.Details);
        export.MapGet("/attendance.xlsx", (Guid session, Attendances attendances, Reports reports, HttpContext http) => reports.AttendanceAsync(session, attendances, http)).RequirePermission(RegistryScope.Details);
        export.MapGet("/announcement.docx", (Guid congress, string? from, string? to, Reports reports, HttpContext http) => reports.AnnouncementAsync(congress, from, to, http)).RequirePermission(RegistryScope.Edit);
    }

    /// <inheritdoc />
    public override Task SeedDemoAsync(IServiceProvider services, CancellationToken cancellation) => AttendanceDemo.SeedAsync(services, cancellation);

    /// <inheritdoc />
    public override void MapApi(IEndpointRouteBuilder api)
    {
        var registry = api.MapGroup("/registry").WithTags("Registry");
        registry.MapGet("/represents", RegistryApi.RepresentsAsync).RequirePermission("registry.look").WithSummary("Who represented a place on a day");
        registry.MapGet("/people/{id:guid}", RegistryApi.PersonAsync).RequirePermission("registry.look").WithSummary("A person with mandates and posts, as of a day; what the law publishes, or more within one's scope");
    }
}
