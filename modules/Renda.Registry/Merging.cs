using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Registry;

namespace Renda.Registry;

/// <summary>Two records that may be of one person.</summary>
/// <param name="Keep">One of them; the one with an account, where one has.</param>
/// <param name="Other">The other.</param>
/// <param name="Name">Their name.</param>
/// <param name="Why">What they have in common.</param>
public sealed record LikelyPair(Guid Keep, Guid Other, string Name, Words Why);

/// <summary>What would become of a seat or a post of the record that goes.</summary>
/// <param name="Text">Body and period.</param>
/// <param name="Twice">True when the record that stays has it already, so that it is taken away.</param>
public sealed record MovedRow(string Text, bool Twice);

/// <summary>What a merge would do.</summary>
/// <param name="Keep">The record that stays, as it is.</param>
/// <param name="Other">The record that goes.</param>
/// <param name="Rows">What becomes of its seats and posts.</param>
/// <param name="Filled">Fields of the record that stays which the other fills.</param>
/// <param name="Refusal">Why it cannot be done; null when it can.</param>
public sealed record MergePreview(Person Keep, Person Other, IReadOnlyList<MovedRow> Rows, IReadOnlyList<Words> Filled, Refusal? Refusal);

/// <summary>
/// Makes one person of two records: seats and posts go over with their whole past, what one lacks the other fills, and the
/// record that goes points to the one that stays. One change set, so that it is undone as a whole.
/// </summary>
public sealed class Merging(RegistryDesk desk, IDbContextFactory<RendaDbContext> databases, Actors actors)
{
    /// <summary>Most pairs shown.</summary>
    public const int MostPairs = 100;

    private static readonly (Words Name, Func<Person, bool> Lacks, Action<Person, Person> Fill)[] Fields =
    [
        (new("性别", "sex"), p => p.Sex.Length == 0, (to, from) => to.Sex = from.Sex), (new("民族", "ethnicity"), p => p.Ethnicity.Length == 0, (to, from) => to.Ethnicity = from.Ethnicity),
        (new("出生日期", "day of birth"), p => p.BirthDate is null, (to, from) => to.BirthDate = from.BirthDate), (new("党派", "party"), p => p.Party.Length == 0, (to, from) => to.Party = from.Party),
        (new("学历", "education"), p => p.Education.Length == 0, (to, from) => to.Education = from.Education), (new("职业", "occupation"), p => p.Occupation.Length == 0, (to, from) => to.Occupation = from.Occupation),
        (new("单位和职务", "employer"), p => p.Employer.Length == 0, (to, from) => to.Employer = from.Employer), (new("居住地", "residence"), p => p.Residence == 0, (to, from) => to.Residence = from.Residence),
        (new("专长", "specialities"), p => p.Specialities.Length == 0, (to, from) => to.Specialities = from.Specialities),
        (new("身份证号", "identity number"), p => p.IdNumberSealed is null, (to, from) => (to.IdNumberSealed, to.IdNumberIndex, to.IdNumberEnd) = (from.IdNumberSealed, from.IdNumberIndex, from.IdNumberEnd)),
        (new("电话", "phone"), p => p.PhoneSealed is null, (to, from) => (to.PhoneSealed, to.PhoneIndex, to.PhoneEnd) = (from.PhoneSealed, from.PhoneIndex, from.PhoneEnd)),
    ];

    /// <summary>Records of one number, or of one name and day of birth, that the actor may change.</summary>
    public async Task<IReadOnlyList<LikelyPair>> LikelyAsync(Actor actor, CancellationToken cancellation)
    {
        if (RegistryScope.Territories(actor, RegistryScope.Edit).Count == 0) return [];
        await using var db = databases.CreateDbContext();
        var people = db.Set<Person>().AsNoTracking().Where(p => p.MergedIntoId == null && p.ValidTo == null);
        var numbers = await people.Where(p => p.IdNumberIndex != null).GroupBy(p => p.IdNumberIndex).Where(g => g.Count() > 1).OrderBy(g => g.Key).Select(g => g.Key).Take(MostPairs).ToListAsync(cancellation);
        var byNumber = await people.Where(p => numbers.Contains(p.IdNumberIndex)).Select(p => new { p.Id, p.Name, Key = p.IdNumberIndex! }).ToListAsync(cancellation);
        var names = await people.Where(p => p.BirthDate != null).GroupBy(p => new { p.Name, p.BirthDate }).Where(g => g.Count() > 1).OrderBy(g => g.Key.Name).Select(g => g.Key.Name).Take(MostPairs).ToListAsync(cancellation);
        var byName = (await people.Where(p => names.Contains(p.Name) && p.BirthDate != null).Select(p => new { p.Id, p.Name, p.BirthDate, p.IdNumberIndex }).ToListAsync(cancellation)).GroupBy(p => (p.Name, p.BirthDate)).Where(g => g.Count() > 1).ToList();
        var found = new List<LikelyPair>();
        foreach (var group in byNumber.GroupBy(p => p.Key)) found.AddRange(group.Skip(1).Select(p => new LikelyPair(group.First().Id, p.Id, p.Name, new("身份证号相同", "the same identity number"))));
        foreach (var group in byName)
            found.AddRange(group.Skip(1).Where(p => p.IdNumberIndex is null || group.First().IdNumberIndex is null).Select(p => new LikelyPair(group.First().Id, p.Id, p.Name, new("姓名和出生日期相同", "the same name and day of birth"))));
        var ids = found.SelectMany(p => new[] { p.Keep, p.Other }).Distinct().ToList();
        var withAccount = (await db.Users.Where(a => a.PersonId != null && ids.Contains(a.PersonId.Value)).Select(a => a.PersonId!.Value).ToListAsync(cancellation)).ToHashSet();
        var mine = new List<LikelyPair>();
        foreach (var pair in found.DistinctBy(p => (p.Keep, p.Other)))
            if (await RegistryScope.ReachesPersonAsync(db, actor, RegistryScope.Edit, pair.Keep, cancellation) && await RegistryScope.ReachesPersonAsync(db, actor, RegistryScope.Edit, pair.Other, cancellation))
                mine.Add(withAccount.Contains(pair.Other) && !withAccount.Contains(pair.Keep) ? pair with { Keep = pair.Other, Other = pair.Keep } : pair);
        return mine;
    }

    /// <summary>What merging would do; null when one of the two is not the actor's to change.</summary>
    public async Task<MergePreview?> PreviewAsync(Guid keep, Guid other, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await ReadAsync(db, keep, other, actor, cancellation) is { } found ? await PreviewAsync(db, found.Keep, found.Other, cancellation) : null;
    }

    /// <summary>Merges. Its change set is undone like any other.</summary>
    /// <param name="keep">The person that stays.</param>
    /// <param name="other">The person whose record goes.</param>
    /// <param name="reason">On what ground they are one.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> MergeAsync(Guid keep, Guid other, string reason, Actor actor, CancellationToken cancellation)
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > 300) return new("registry.merge-reason", new("请写明凭什么认定是同一个人，最多 300 字。", "Say on what ground they are one person, in at most 300 characters."), Field: "reason");
        var (_, refusal) = await desk.ChangeAsync(actor, "merge", "合并重复人员", reason, async (db, edit) =>
        {
            if (await ReadAsync(db, keep, other, actor, cancellation) is not { } found) return Refusal.NotFound;
            var preview = await PreviewAsync(db, found.Keep, found.Other, cancellation);
            if (preview.Refusal is { } no) return no;
            var (seats, posts) = (await db.Set<Mandate>().IgnoreQueryFilters().AsNoTracking().Where(m => m.PersonId == keep || m.PersonId == other).ToListAsync(cancellation), await db.Set<Post>().IgnoreQueryFilters().AsNoTracking().Where(p => p.PersonId == keep || p.PersonId == other).ToListAsync(cancellation));
            foreach (var seat in seats.Where(m => m.PersonId == other))
            {
                if (IsTwice(seat, seats.Where(m => m.PersonId == keep))) edit.Remove(seat);
                else edit.Correct(seat, m => m.PersonId = keep);
            }
            // What was recorded for a seat that goes is the kept seat's, unless that has something of its own for the session.
            foreach (var (was, now) in seats.Where(m => m.PersonId == other).GroupBy(m => m.Id).Where(g => g.All(m => IsTwice(m, seats.Where(k => k.PersonId == keep)))).Select(g => (g.Key, seats.First(k => k.PersonId == keep && g.Any(m => IsTwice(m, [k]))).Id)).ToList())
            {
                var kept = await db.Set<Attendance>().Where(a => a.MandateId == now).Select(a => a.SessionId).ToListAsync(cancellation);
                foreach (var row in await db.Set<Attendance>().AsNoTracking().Where(a => a.MandateId == was).ToListAsync(cancellation))
                {
                    edit.Remove(row);
                    if (kept.Contains(row.SessionId)) continue;
                    edit.Add(new Attendance
                    {
                        Id = Attendance.IdOf(row.SessionId, now), SessionId = row.SessionId, MandateId = now, Status = row.Status, ApprovedBy = row.ApprovedBy, Reason = row.Reason, Document = row.Document,
                        RecordedBy = row.RecordedBy, RecordedByName = row.RecordedByName, ValidFrom = row.ValidFrom,
                    });
                }
            }
            foreach (var post in posts.Where(p => p.PersonId == other))
            {
                if (IsTwice(post, posts.Where(p => p.PersonId == keep))) edit.Remove(post);
                else edit.Correct(post, p => p.PersonId = keep);
            }
            var lacks = Fields.Where(f => f.Lacks(found.Keep) && !f.Lacks(found.Other)).ToList();
            if (lacks.Count > 0) edit.Revise(found.Keep, Later(found.Keep, edit.Now), p => lacks.ForEach(f => f.Fill(p, found.Other)));
            edit.Revise(found.Other, Later(found.Other, edit.Now), p => p.MergedIntoId = keep);
            return null;
        }, cancellation);
        if (refusal is null)
        {
            await using var db = databases.CreateDbContext();
            foreach (var account in await db.Users.Where(a => a.PersonId == keep).Select(a => a.Id).ToListAsync(cancellation)) actors.Forget(account);
        }
        return refusal;
    }

    private static DateTime Later(Person person, DateTime now) => person.ValidFrom > now ? person.ValidFrom : now;

    private static async Task<(Person Keep, Person Other)?> ReadAsync(RendaDbContext db, Guid keep, Guid other, Actor actor, CancellationToken cancellation)
    {
        if (keep == other) return null;
        var people = await db.Set<Person>().AsNoTracking().Where(p => (p.Id == keep || p.Id == other) && p.MergedIntoId == null).ToListAsync(cancellation);
        if (people.Count < 2) return null;
        foreach (var person in people)
            if (!await RegistryScope.ReachesPersonAsync(db, actor, RegistryScope.Edit, person.Id, cancellation)) return null;
        return (people.Single(p => p.Id == keep), people.Single(p => p.Id == other));
    }

    private static async Task<MergePreview> PreviewAsync(RendaDbContext db, Person keep, Person other, CancellationToken cancellation)
    {
        var seats = await db.Set<Mandate>().IgnoreQueryFilters().AsNoTracking().Where(m => m.PersonId == keep.Id || m.PersonId == other.Id).OrderBy(m => m.ValidFrom).ToListAsync(cancellation);
        var posts = await db.Set<Post>().IgnoreQueryFilters().AsNoTracking().Where(p => p.PersonId == keep.Id || p.PersonId == other.Id).OrderBy(p => p.ValidFrom).ToListAsync(cancellation);
        var bodies = seats.Select(s => s.CongressId).Concat(posts.Select(p => p.OrganisationId)).Distinct().ToList();
        var names = await db.Set<Organisation>().AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, cancellation);
        List<MovedRow> rows =
        [
            .. seats.Where(s => s.PersonId == other.Id).Select(s => new MovedRow($"{names.GetValueOrDefault(s.CongressId)} {Period(s)}", IsTwice(s, seats.Where(k => k.PersonId == keep.Id)))),
            .. posts.Where(p => p.PersonId == other.Id).Select(p => new MovedRow($"{names.GetValueOrDefault(p.OrganisationId)} {p.Title} {Period(p)}", IsTwice(p, posts.Where(k => k.PersonId == keep.Id)))),
        ];
        var refusal = keep.IdNumberIndex is not null && other.IdNumberIndex is not null && keep.IdNumberIndex != other.IdNumberIndex ? new Refusal("registry.merge-numbers", new("两个人的身份证号不同，不是同一个人。", "Their identity numbers differ: they are two people."), 409)
            : await db.Users.AnyAsync(a => a.PersonId == other.Id, cancellation) ? new Refusal("registry.merge-account", new("要并掉的人有账号，办过的事都记在它名下。请对调，把有账号的留下；两个都有账号的不能合并。", "The record that would go has an account, and what was done is kept under it. Swap the two; where both have accounts they cannot be merged."), 409)
            : null;
        return new MergePreview(keep, other, rows, [.. Fields.Where(f => f.Lacks(keep) && !f.Lacks(other)).Select(f => f.Name)], refusal);
    }

    private static string Period(IDated row) => $"{row.ValidFrom.AddHours(8):yyyy-MM-dd} – {(row.ValidTo is { } to ? to.AddHours(8).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : "")}";

    private static bool IsTwice(Mandate seat, IEnumerable<Mandate> kept) => kept.Any(k => k.CongressId == seat.CongressId && Overlap(k, seat));

    private static bool IsTwice(Post post, IEnumerable<Post> kept) => kept.Any(k => k.OrganisationId == post.OrganisationId && k.Title == post.Title && Overlap(k, post));

    private static bool Overlap(IDated a, IDated b) => a.ValidFrom < (b.ValidTo ?? DateTime.MaxValue) && b.ValidFrom < (a.ValidTo ?? DateTime.MaxValue);
}
