using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Registry;

/// <summary>Something that does not fit, and the page on which it is mended.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Href">Where it is mended.</param>
public sealed record CheckRow(string Text, string Href);

/// <summary>A check of the registry.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Title">What it looks for.</param>
/// <param name="Mend">How it is mended.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Rows">The first of them.</param>
public sealed record CheckResult(string Id, Words Title, Words Mend, int Count, IReadOnlyList<CheckRow> Rows);

/// <summary>Looks for what does not fit in the registry, within the actor's territories. Nothing is changed.</summary>
public sealed class Checks(IDbContextFactory<RendaDbContext> databases, Merging merging, RegionDirectory regions, TimeProvider time)
{
    /// <summary>Most rows shown of a check.</summary>
    public const int MostRows = 100;

    /// <summary>All checks, as of now.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        var territories = RegistryScope.Territories(actor, RegistryScope.Edit);
        if (territories.Count == 0) return [];
        await using var db = databases.CreateDbContext();
        var now = time.GetUtcNow().UtcDateTime;
        var bodies = Within(db.Set<Organisation>().AsNoTracking(), territories);
        var congresses = bodies.Where(o => o.Kind == OrganisationKind.Congress);
        var seats = db.Set<Mandate>().AsNoTracking().Where(m => congresses.Any(c => c.Id == m.CongressId) && (m.ValidTo == null || m.ValidTo > now));
        var posts = db.Set<Post>().AsNoTracking().Where(p => (p.ValidTo == null || p.ValidTo > now) && bodies.Any(o => o.Id == p.OrganisationId));
        var people = db.Set<Person>().AsNoTracking();
        var results = new List<CheckResult>();

        var pairs = await merging.LikelyAsync(actor, cancellation);
        results.Add(new("duplicates", new("可能重复的人", "People who may be recorded twice"), new("打开看两条记录，是同一个人就合并。", "Open both records; merge them where they are one person."), pairs.Count, [.. pairs.Select(p => new CheckRow($"{p.Name}：{p.Why}", $"/registry/people/{p.Keep}/merge?with={p.Other}"))]));

        await AddAsync("two-seats", new("一个人在同一个代表大会有两个资格", "Two seats of one person in one congress"), new("终止多出来的那一个。", "End the one too many."),
            from m in seats where seats.Any(o => o.PersonId == m.PersonId && o.CongressId == m.CongressId && o.Id.CompareTo(m.Id) < 0) join p in people on m.PersonId equals p.Id join c in congresses on m.CongressId equals c.Id orderby p.Name, m.Id select new Found(p.Name + "：" + c.Name, "/registry/mandates/", m.Id));
        await AddAsync("term-over", new("任期已满，资格还没有终止", "The term is over but the seat is not"), new("打开代表资格，按任期届满终止。", "Open the seat and end it by the end of the term."),
            from m in seats join t in db.Set<Term>().AsNoTracking() on m.TermId equals t.Id where t.ValidTo != null && t.ValidTo <= now join p in people on m.PersonId equals p.Id join c in congresses on m.CongressId equals c.Id orderby p.Name, m.Id select new Found(p.Name + "：" + c.Name, "/registry/mandates/", m.Id));
        await AddAsync("no-constituency", new("没有登记选区或选举单位", "No constituency recorded"), new("在名册里补上选区后导入，或者逐个修改。", "Add it to the roster and import, or change them one by one."),
            from m in seats where m.ConstituencyId == null join p in people on m.PersonId equals p.Id join c in congresses on m.CongressId equals c.Id orderby c.Region, p.Name, m.Id select new Found(p.Name + "：" + c.Name, "/registry/mandates/", m.Id));
        await AddAsync("other-constituency", new("选区属于别的代表大会", "A constituency of another congress"), new("打开代表资格改选区。", "Open the seat and correct it."),
            from m in seats join k in db.Set<Constituency>().AsNoTracking() on m.ConstituencyId equals k.Id where k.CongressId != m.CongressId join p in people on m.PersonId equals p.Id orderby p.Name, m.Id select new Found(p.Name + "：" + k.Name, "/registry/mandates/", m.Id));
        await AddAsync("ended-body", new("机构已撤销，还有人任职", "A body has ended and people still have posts in it"), new("打开这个人，结束任职。", "Open the person and end the post."),
            from x in posts join o in bodies on x.OrganisationId equals o.Id where o.ValidTo != null && o.ValidTo <= now join p in people on x.PersonId equals p.Id orderby o.Name, p.Name, x.Id select new Found(p.Name + "：" + o.Name + " " + x.Title, "/registry/people/", p.Id));
        await AddAsync("ended-unit", new("单位已撤销，还有没办完的事", "A unit has ended and matters are still with it"), new("打开这件事，改交办给接手的单位。", "Open the matter and assign it to the unit that took over."),
            from a in db.Set<Assignment>().AsNoTracking() join o in bodies on a.UnitId equals o.Id where o.ValidTo != null && o.ValidTo <= now && (a.State == "assigned" || a.State == "accepted") join m in db.Set<Matter>().AsNoTracking() on a.MatterId equals m.Id where !m.Closed orderby m.Serial select new Found(o.Name + "：" + m.Number, "/matters/", m.Id));
        await AddAsync("no-code", new("没有统一社会信用代码", "No unified social credit code"), new("打开机构补上代码，和别的系统才对得上。", "Open the body and add it, so that other systems can be matched."),
            from o in bodies where o.Code == "" && (o.ValidTo == null || o.ValidTo > now) && (o.Kind == OrganisationKind.SupervisedOrgan || o.Kind == OrganisationKind.HandlingUnit || o.Kind == OrganisationKind.TownGovernment) orderby o.Region, o.Name, o.Id select new Found(o.Name, "/registry/organisations/", o.Id));
        await AddAsync("no-phone", new("代表没有登记电话", "Deputies without a phone number"), new("打开这个人补上，否则收不到短信。", "Open the person and add it; otherwise no message arrives."),
            from p in people where p.PhoneSealed == null && p.MergedIntoId == null && seats.Any(m => m.PersonId == p.Id) orderby p.Name, p.Id select new Found(p.Name, "/registry/people/", p.Id));
        await AddAsync("no-account", new("代表没有账号", "Deputies without an account"), new("在账号和权限里开账号，或者请管理员开。", "Open an account, or ask an administrator."),
            from p in people where p.MergedIntoId == null && seats.Any(m => m.PersonId == p.Id && m.Status == MandateStatus.Active) && !db.Users.Any(a => a.PersonId == p.Id && a.ClosedAt == null) orderby p.Name, p.Id select new Found(p.Name, "/registry/people/", p.Id));

        var missed = await (from a in db.Set<Attendance>().AsNoTracking()
                            join m in seats on a.MandateId equals m.Id
                            join p in people on m.PersonId equals p.Id
                            join c in congresses on m.CongressId equals c.Id
                            where a.Status == AttendanceStatus.Absent && seats.Any(x => x.Id == m.Id && db.Set<Attendance>().Count(o => o.MandateId == x.Id && o.Status == AttendanceStatus.Absent) >= Absences.Enough)
                            select new { m.Id, a.SessionId, Text = p.Name + "：" + c.Name }).ToListAsync(cancellation);
        var ofMissed = missed.Select(m => m.Id).Distinct().ToList();
        var opinions = await db.Set<CredentialsOpinion>().AsNoTracking().Where(o => ofMissed.Contains(o.Id)).ToDictionaryAsync(o => o.Id, cancellation);
        var toExamine = missed.GroupBy(m => (m.Id, m.Text)).Where(g => Absences.CallForCommittee(true, [.. g.Select(m => m.SessionId)], Absences.Covered(opinions.GetValueOrDefault(g.Key.Id)))).OrderBy(g => g.Key.Text, StringComparer.Ordinal).ToList();
        results.Add(new("absences", new("两次未经批准不出席会议，资格还没有审查", "Two sessions missed without approval, and the seat not examined"), new("打开代表资格：终止资格，或者登记不适用的审查意见。", "Open the seat: end it, or record the opinion that it does not apply."), toExamine.Count, [.. toExamine.Take(MostRows).Select(g => new CheckRow(g.Key.Text, $"/registry/mandates/{g.Key.Id}"))]));

        var places = await bodies.Where(o => o.ValidTo == null || o.ValidTo > now).Select(o => new { o.Id, o.Name, o.Region }).ToListAsync(cancellation);
        var unknown = places.Where(o => regions.Find(o.Region) is null).ToList();
        results.Add(new("no-region", new("区划代码不在国家代码里", "A division code that does not exist"), new("打开机构改区划。", "Open the body and correct its place."), unknown.Count, [.. unknown.Take(MostRows).Select(o => new CheckRow($"{o.Name} {o.Region:D12}", $"/registry/organisations/{o.Id}"))]));
        return results;

        async Task AddAsync(string id, Words title, Words mend, IQueryable<Found> found)
        {
            var count = await found.CountAsync(cancellation);
            var rows = count == 0 ? [] : await found.Take(MostRows).ToListAsync(cancellation);
            results.Add(new(id, title, mend, count, [.. rows.Select(r => new CheckRow(r.Text, r.Path + r.Id))]));
        }
    }

    private static IQueryable<Organisation> Within(IQueryable<Organisation> all, IReadOnlyList<long> territories)
    {
        IQueryable<Organisation>? some = null;
        foreach (var territory in territories)
        {
            var last = Territory.Last(territory);
            var part = all.Where(o => o.Region >= territory && o.Region <= last);
            some = some is null ? part : some.Union(part);
        }
        return some!;
    }

    private sealed record Found(string Text, string Path, Guid Id);
}
