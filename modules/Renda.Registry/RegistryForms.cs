using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Matters;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;
using Renda.Platform.Registry;

namespace Renda.Registry;

/// <summary>
/// Changes that people make by form: checked, within their territory, as one change set of the kernel's
/// <see cref="RegistryDesk"/>. A form is what was typed, by field; a refusal names the field.
/// </summary>
public sealed partial class RegistryForms(RegistryDesk desk, IDbContextFactory<RendaDbContext> databases, RegionDirectory regions, PersonalData personal, Actors actors, TimeProvider time)
{
    /// <summary>Adds a person, or changes one from a day on.</summary>
    /// <param name="id">The person; null for a new one.</param>
    /// <param name="form">name, sex, ethnicity, birth, party, education, occupation, employer, residence, specialities, idNumber, phone (both empty to keep), from, reason.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The person's id, or why not.</returns>
    public async Task<(Guid Id, Refusal? Refusal)> SavePersonAsync(Guid? id, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var name = PersonName(typed.Text("name"));
        typed.Need(name.Length > 0, "name", "请写姓名。", "Give a name.");
        typed.Short(name, 50, "name");
        foreach (var field in (ReadOnlySpan<string>)["ethnicity", "party", "education", "occupation"]) typed.Short(typed.Text(field), 40, field);
        typed.Short(typed.Text("employer"), 200, "employer");
        typed.Short(typed.Text("specialities"), 200, "specialities");
        var sex = typed.Text("sex");
        typed.Need(sex is "" or "男" or "女", "sex", "请选择性别。", "Choose the sex.");
        var birth = typed.Day("birth", needed: false);
        var number = TypedForm.Plain(typed.Text("idNumber")).ToUpperInvariant();
        var phone = TypedForm.Plain(typed.Text("phone")).Replace("-", "", StringComparison.Ordinal);
        if (number.Length > 0)
        {
            typed.Need(IsIdNumber(number), "idNumber", "身份证号不对：18 位，末位是校验码。", "Not an identity number: 18 characters, the last one checks the others.");
            if (IsIdNumber(number))
            {
                var born = DateOnly.ParseExact(number[6..14], "yyyyMMdd", CultureInfo.InvariantCulture);
                typed.Need(birth is null || birth == born, "birth", $"与身份证号里的出生日期 {born:yyyy-MM-dd} 不一致。", $"Differs from the day of birth in the number, {born:yyyy-MM-dd}.");
                birth ??= born;
                var says = (number[16] - '0') % 2 == 1 ? "男" : "女";
                typed.Need(sex.Length == 0 || sex == says, "sex", "与身份证号里的性别不一致。", "Differs from the sex in the identity number.");
                sex = says;
            }
        }
        typed.Need(phone.Length == 0 || Phone().IsMatch(phone), "phone", "电话号码应为 7 到 12 位数字。", "A telephone number has 7 to 12 digits.");
        var residence = typed.Region("residence", regions);
        var from = typed.From(needed: id is not null);
        var reason = typed.Reason(needed: id is not null);
        if (typed.Errors.Count > 0) return (default, Refusal.Form(typed.Errors));

        var person = id ?? Guid.CreateVersion7();
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", id is null ? $"新增人员 {name}" : $"修改人员 {name}", reason, async (db, edit) =>
        {
            if (id is not null && !await RegistryScope.ReachesPersonAsync(db, actor, RegistryScope.Edit, person, cancellation)) return Refusal.NotFound;
            if (id is null && RegistryScope.Territories(actor, RegistryScope.Edit).Count == 0) return Refusal.NotFound;
            var index = personal.Index(number, Person.IdNumberColumn);
            if (index is not null && await db.Set<Person>().Where(p => p.IdNumberIndex == index && p.Id != person && p.MergedIntoId == null).Select(p => p.Name).FirstOrDefaultAsync(cancellation) is { } other)
                return Refusal.Form([new("registry.same-number", new($"这个身份证号已登记在“{other}”名下。", $"The number is already recorded for “{other}”."), Field: "idNumber")]);
            if (id is null)
            {
                var added = new Person { Id = person, ValidFrom = from };
                Fill(added);
                edit.Add(added);
                return null;
            }
            var last = await db.Set<Person>().AsNoTracking().FirstOrDefaultAsync(p => p.Id == person && p.MergedIntoId == null, cancellation);
            if (last is null) return Refusal.NotFound;
            if (from < last.ValidFrom) return Refusal.Form([TooEarly(last.ValidFrom)]);
            edit.Revise(last, from, Fill);
            return null;
        }, cancellation);
        return (person, refusal);

        void Fill(Person p)
        {
            (p.Name, p.Sex, p.BirthDate, p.Ethnicity, p.Party, p.Education) = (name, sex, birth, typed.Text("ethnicity"), typed.Text("party"), typed.Text("education"));
            (p.Occupation, p.Employer, p.Residence, p.Specialities) = (typed.Text("occupation"), typed.Text("employer"), residence, typed.Text("specialities"));
            if (number.Length > 0) (p.IdNumberSealed, p.IdNumberIndex, p.IdNumberEnd) = (personal.Seal(number, Person.IdNumberColumn), personal.Index(number, Person.IdNumberColumn), number[^4..]);
            if (phone.Length > 0) (p.PhoneSealed, p.PhoneIndex, p.PhoneEnd) = (personal.Seal(phone, Person.PhoneColumn), personal.Index(phone, Person.PhoneColumn), phone[^4..]);
        }
    }

    /// <summary>Records an election: a new mandate, from which no right follows before it is confirmed.</summary>
    /// <param name="person">Who was elected.</param>
    /// <param name="form">congress, constituency, delegation, group, region, from, document, byElection, reason.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> ElectAsync(Guid person, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var congressId = typed.Id("congress");
        typed.Need(congressId is not null, "congress", "请选择代表大会。", "Choose the congress.");
        var region = typed.Region("region", regions);
        typed.Need(region > 0, "region", "请选择代表的地方。", "Choose the place represented.");
        var from = typed.From(needed: true);
        var document = typed.Document(needed: false);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", "登记当选", typed.Text("reason"), async (db, edit) =>
        {
            var congress = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == congressId && o.Kind == OrganisationKind.Congress, cancellation);
            if (congress is null || !RegistryScope.Reaches(actor, RegistryScope.Edit, congress.Region)) return Refusal.Form([new("registry.not-your-congress", new("您不能为这个代表大会登记代表。", "You cannot record deputies of this congress."), Field: "congress")]);
            if (!await db.Set<Person>().AnyAsync(p => p.Id == person && p.MergedIntoId == null, cancellation)) return Refusal.NotFound;
            if (region < congress.Region || region > Territory.Last(congress.Region)) return Refusal.Form([new("registry.outside-congress", new("这个地方不在该代表大会的区域内。", "The place is outside the congress's area."), Field: "region")]);
            if (await db.Set<Mandate>().AnyAsync(m => m.PersonId == person && m.CongressId == congressId && (m.ValidTo == null || m.ValidTo > from), cancellation))
                return Refusal.Form([new("registry.has-seat", new("此人在这个代表大会已有代表资格。", "This person already has a seat in this congress."), Field: "congress")]);
            var term = await db.Set<Term>().AsNoTracking().Where(t => t.CongressId == congressId && t.ValidFrom <= from && (t.ValidTo == null || t.ValidTo > from)).FirstOrDefaultAsync(cancellation);
            edit.Add(new Mandate
            {
                Id = Guid.CreateVersion7(), PersonId = person, CongressId = congress.Id, TermId = term?.Id, Region = region, ValidFrom = from, Status = MandateStatus.Elected, Document = document, ByElection = typed.Text("byElection").Length > 0,
                ConstituencyId = await OwnAsync(db.Set<Constituency>().Where(c => c.CongressId == congress.Id).Select(c => c.Id), typed.Id("constituency"), cancellation),
                DelegationId = await OwnAsync(db.Set<Organisation>().Where(o => o.ParentId == congress.Id && o.Kind == OrganisationKind.Delegation).Select(o => o.Id), typed.Id("delegation"), cancellation),
                GroupId = await OwnAsync(db.Set<Organisation>().Where(o => o.ParentId == congress.Id && o.Kind == OrganisationKind.DeputyGroup).Select(o => o.Id), typed.Id("group"), cancellation),
            });
            return null;
        }, cancellation);
        return refusal;
    }

    /// <summary>The steps that a mandate in a status may take: their names and what each asks for.</summary>
    public static IReadOnlyList<MandateStep> StepsOf(Mandate mandate) => mandate.ValidTo is not null ? [] : [.. MandateStep.All.Where(s => s.From.Contains(mandate.Status))];

    /// <summary>
    /// Takes a step in a mandate's life: review, confirmation, suspension, return, end. Rights begin and end with it in the
    /// same transaction.
    /// </summary>
    /// <param name="id">The mandate.</param>
    /// <param name="stepId">Id of a <see cref="MandateStep"/>.</param>
    /// <param name="form">from, cause, document, reason.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> StepAsync(Guid id, string stepId, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        if (MandateStep.All.FirstOrDefault(s => s.Id == stepId) is not { } step) return Refusal.NotFound;
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var from = typed.From(needed: true);
        var document = typed.Document(step.NeedsDocument);
        var cause = MandateCause.Find(typed.Text("cause"));
        if (step.Causes.Count > 0) typed.Need(cause is not null && step.Causes.Contains(cause.Id), "cause", "请选择法定情形。", "Choose the cause that the law names.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        Guid holder = default;
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", $"代表资格：{step.Name.Zh}", typed.Text("reason"), async (db, edit) =>
        {
            var last = await db.Set<Mandate>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, cancellation);
            if (last is null || await db.Set<Organisation>().Where(o => o.Id == last.CongressId).Select(o => (long?)o.Region).FirstOrDefaultAsync(cancellation) is not { } region || !RegistryScope.Reaches(actor, RegistryScope.Edit, region)) return Refusal.NotFound;
            if (!StepsOf(last).Contains(step)) return new("registry.wrong-status", new($"代表资格现在不能“{step.Name.Zh}”，请看最新情况。", $"“{step.Name.En}” is not possible as the mandate stands now."), 409);
            if (from < last.ValidFrom) return Refusal.Form([TooEarly(last.ValidFrom)]);
            holder = last.PersonId;
            if (step.To is { } status)
                edit.Revise(last, from, m => (m.Status, m.Cause, m.Document) = (status, cause?.Id ?? "", document));
            else
                edit.End(last, from, m => (m.Cause, m.Document) = (cause!.Id, document));
            return null;
        }, cancellation);
        if (refusal is null) await ForgetAsync(holder, cancellation);
        return refusal;
    }

    /// <summary>Records a post, or an appointment with its vote.</summary>
    /// <param name="person">Who.</param>
    /// <param name="form">organisation, title, from, appointed, document, for, against, abstained, reason.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> AddPostAsync(Guid person, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var organisation = typed.Id("organisation");
        typed.Need(organisation is not null, "organisation", "请选择机构。", "Choose the organisation.");
        var title = typed.Text("title");
        typed.Need(title.Length > 0, "title", "请写职务。", "Give the title.");
        typed.Short(title, 60, "title");
        var appointed = typed.Text("appointed").Length > 0;
        var document = typed.Document(appointed);
        int? Votes(string field) => typed.Text(field) is not { Length: > 0 } text ? null : int.TryParse(text, out var votes) && votes is >= 0 and <= 3000 ? votes : typed.Bad(field, "0 到 3000 的整数。", "A whole number from 0 to 3000.");
        var (yes, no, none) = (Votes("for"), Votes("against"), Votes("abstained"));
        var from = typed.From(needed: true);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", appointed ? $"任命 {title}" : $"任职 {title}", typed.Text("reason"), async (db, edit) =>
        {
            var body = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == organisation && o.ValidTo == null, cancellation);
            if (body is null || !RegistryScope.Reaches(actor, RegistryScope.Edit, body.Region)) return Refusal.Form([new("registry.not-your-body", new("您不能为这个机构登记任职。", "You cannot record posts of this organisation."), Field: "organisation")]);
            if (!await db.Set<Person>().AnyAsync(p => p.Id == person && p.MergedIntoId == null, cancellation)) return Refusal.NotFound;
            edit.Add(new Post { Id = Guid.CreateVersion7(), PersonId = person, OrganisationId = body.Id, Title = title, Appointed = appointed, Document = document, For = yes, Against = no, Abstained = none, ValidFrom = from });
            return null;
        }, cancellation);
        return refusal;
    }

    /// <summary>Ends a post.</summary>
    /// <param name="id">The post.</param>
    /// <param name="form">from, document, reason.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> EndPostAsync(Guid id, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var from = typed.From(needed: true);
        var document = typed.Document(needed: false);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", "结束任职", typed.Text("reason"), async (db, edit) =>
        {
            var last = await db.Set<Post>().AsNoTracking().FirstOrDefaultAsync(p => p.Id == id && p.ValidTo == null, cancellation);
            if (last is null || await db.Set<Organisation>().Where(o => o.Id == last.OrganisationId).Select(o => (long?)o.Region).FirstOrDefaultAsync(cancellation) is not { } region || !RegistryScope.Reaches(actor, RegistryScope.Edit, region)) return Refusal.NotFound;
            if (from < last.ValidFrom) return Refusal.Form([TooEarly(last.ValidFrom)]);
            edit.End(last, from, p => p.Document = document.Length > 0 ? document : p.Document);
            return null;
        }, cancellation);
        return refusal;
    }

    /// <summary>Adds an organisation, changes it from a day on, or ends it.</summary>
    /// <param name="id">The organisation; null for a new one.</param>
    /// <param name="form">name, shortName, kind, region, duty, code, parent, address, from, reason; end to end it.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(Guid Id, Refusal? Refusal)> SaveOrganisationAsync(Guid? id, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        var ends = id is not null && typed.Text("end").Length > 0;
        var (name, shortName, code) = (typed.Text("name"), typed.Text("shortName"), TypedForm.Plain(typed.Text("code")).ToUpperInvariant());
        var region = 0L;
        var kind = OrganisationKind.HandlingUnit;
        if (!ends)
        {
            typed.Need(name.Length > 0, "name", "请写全称。", "Give the full name.");
            typed.Short(name, 100, "name");
            typed.Short(shortName, 40, "shortName");
            typed.Short(typed.Text("duty"), 40, "duty");
            typed.Short(typed.Text("address"), 200, "address");
            typed.Need(code.Length is 0 or 18, "code", "统一社会信用代码是 18 位。", "A unified social credit code has 18 characters.");
            typed.Need(Enum.TryParse(typed.Text("kind"), out kind) && Enum.IsDefined(kind), "kind", "请选择类别。", "Choose what it is.");
            region = typed.Region("region", regions);
            typed.Need(region > 0, "region", "请选择区域。", "Choose its territory.");
            // A subdistrict has no congress: Organic Law of local congresses and governments.
            typed.Need(kind is not OrganisationKind.Congress || regions.Find(region) is not { IsSubdistrict: true }, "kind", "街道没有人民代表大会，只设人大工委。", "A subdistrict has no congress, only a working committee.");
        }
        var from = typed.From(needed: true);
        var reason = typed.Reason(needed: id is not null);
        if (typed.Errors.Count > 0) return (default, Refusal.Form(typed.Errors));
        var body = id ?? Guid.CreateVersion7();
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", ends ? "撤销机构" : id is null ? $"新增机构 {name}" : $"修改机构 {name}", reason, async (db, edit) =>
        {
            if (!ends && !RegistryScope.Reaches(actor, RegistryScope.Edit, region)) return Refusal.Form([new("registry.not-your-region", new("这个区域不归您维护。", "The territory is not yours to keep."), Field: "region")]);
            var parent = typed.Id("parent");
            if (!ends && parent is not null && (parent == body || !await db.Set<Organisation>().AnyAsync(o => o.Id == parent && o.ValidTo == null, cancellation))) return Refusal.Form([new("registry.unknown-parent", new("没有这个上级机构。", "There is no such body."), Field: "parent")]);
            if (id is null)
            {
                var added = new Organisation { Id = body, ValidFrom = from };
                Fill(added, parent);
                edit.Add(added);
                return null;
            }
            var last = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == body && o.ValidTo == null, cancellation);
            if (last is null || !RegistryScope.Reaches(actor, RegistryScope.Edit, last.Region)) return Refusal.NotFound;
            if (from < last.ValidFrom) return Refusal.Form([TooEarly(last.ValidFrom)]);
            if (ends)
            {
                var open = await db.Set<Matter>().CountAsync(m => m.LeadUnitId == body && !m.Closed, cancellation);
                if (open > 0) return new("registry.open-matters", new($"它还有 {open} 件未办结的事项，请先改派给别的单位。", $"It still has {open} open matters: give them to another unit first."), 409);
                edit.End(last, from);
            }
            else edit.Revise(last, from, o => Fill(o, parent));
            return null;
        }, cancellation);
        return (body, refusal);

        void Fill(Organisation o, Guid? parent) =>
            (o.Name, o.ShortName, o.Kind, o.Region, o.Duty, o.Code, o.ParentId, o.Address) = (name, shortName.Length > 0 ? shortName : name, kind, region, typed.Text("duty"), code, parent, typed.Text("address"));
    }

    /// <summary>Undoes a change set as a whole.</summary>
    public async Task<Refusal?> UndoAsync(Guid id, string reason, Actor actor, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(reason)) return Refusal.Form([new("form.required", new("请写明撤销的原因。", "Say why it is undone."), Field: "reason")]);
        await using (var db = databases.CreateDbContext())
        {
            // Whoever keeps only a county's registry may undo what that county's people did.
            var set = await db.Set<ChangeSet>().AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation);
            if (set is null || !(set.ActorId == actor.AccountId || RegistryScope.Territories(actor, RegistryScope.Undo).Any(t => Territory.Level(t) >= 3))) return Refusal.NotFound;
        }
        var (_, refusal) = await desk.UndoAsync(id, actor, reason.Trim(), cancellation);
        if (refusal is not null) return refusal;
        await using var after = databases.CreateDbContext();
        foreach (var mandate in await after.Set<RegistryChange>().AsNoTracking().Where(c => c.ChangeSetId == id && c.Record == nameof(Mandate)).Select(c => c.RecordId).Distinct().Take(1000).ToListAsync(cancellation))
            await ForgetAsync(await after.Set<Mandate>().Where(m => m.Id == mandate).Select(m => m.PersonId).FirstOrDefaultAsync(cancellation), cancellation);
        return null;
    }

    /// <summary>A name as it is kept: full-width spaces and those between Chinese characters are slips of typing.</summary>
    public static string PersonName(string typed)
    {
        var name = typed.Replace('\u3000', ' ').Trim();
        return SpaceBetweenCharacters().Replace(name, "");
    }

    /// <summary>Whether it is an identity number by GB 11643: 18 characters, a real day of birth, the right check character.</summary>
    public static bool IsIdNumber(string number)
    {
        if (!IdNumber().IsMatch(number) || !DateOnly.TryParseExact(number[6..14], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return false;
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += (number[i] - '0') * weights[i];
        return number[17] == "10X98765432"[sum % 11];
    }

    private static async Task<Guid?> OwnAsync(IQueryable<Guid> own, Guid? id, CancellationToken cancellation) => id is { } asked && await own.ContainsAsync(asked, cancellation) ? asked : null;

    private async Task ForgetAsync(Guid person, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        foreach (var account in await db.Users.Where(a => a.PersonId == person).Select(a => a.Id).ToListAsync(cancellation)) actors.Forget(account);
    }

    private static Refusal TooEarly(DateTime began) => new("registry.too-early", new($"不能早于 {ChinaTime.Date(began):yyyy-MM-dd}，那是现在这条记录开始的日子。", $"Not before {ChinaTime.Date(began):yyyy-MM-dd}, when the present record began."), Field: "from");

    [GeneratedRegex(@"^[1-9]\d{16}[\dX]$")]
    private static partial Regex IdNumber();

    [GeneratedRegex(@"^\d{7,12}$")]
    private static partial Regex Phone();

    [GeneratedRegex(@"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")]
    private static partial Regex SpaceBetweenCharacters();
}

/// <summary>A step in a mandate's life.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Name">As the office says it.</param>
/// <param name="From">Where the mandate must stand.</param>
/// <param name="To">Where it stands then; null when it ends.</param>
/// <param name="Causes">Causes of which one must be given; empty when none is.</param>
/// <param name="NeedsDocument">Whether an announcement or decision must be named (art. 63).</param>
public sealed record MandateStep(string Id, Words Name, IReadOnlyList<MandateStatus> From, MandateStatus? To, IReadOnlyList<string> Causes, bool NeedsDocument)
{
    /// <summary>All steps, in the order of a life.</summary>
    public static IReadOnlyList<MandateStep> All { get; } =
    [
        new("review", new("提交资格审查", "Submit to review"), [MandateStatus.Elected], MandateStatus.Review, [], false),
        new("confirm", new("确认资格有效并公告", "Confirm and announce"), [MandateStatus.Review], MandateStatus.Active, [], true),
        new("suspend", new("暂时停止执行代表职务", "Suspend"), [MandateStatus.Active], MandateStatus.Suspended, [.. MandateCause.All.Where(c => !c.Ends).Select(c => c.Id)], true),
        new("restore", new("恢复执行代表职务", "Restore"), [MandateStatus.Suspended], MandateStatus.Active, [], true),
        new("reject", new("资格无效", "Find invalid"), [MandateStatus.Review], null, ["invalid"], true),
        new("end", new("终止代表资格", "End"), [MandateStatus.Active, MandateStatus.Suspended], null, [.. MandateCause.All.Where(c => c.Ends && c.Id != "invalid").Select(c => c.Id)], true),
    ];
}
