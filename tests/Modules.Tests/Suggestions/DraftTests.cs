using Microsoft.EntityFrameworkCore;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;
using Renda.Suggestions;

namespace Modules.Tests.Suggestions;

/// <summary>Suggestions while they are written: private, signed text by text, handed in once.</summary>
public sealed class DraftTests
{
    public static TheoryData<DatabaseProvider> Providers { get; } = new(DatabaseProvider.Sqlite, DatabaseProvider.Postgres);

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_signature_is_given_to_a_text_and_must_be_given_again_when_it_changes(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.Drafts.SaveAsync(id, w.Draft(), [w.WuId, w.ShiId], w.Shen, CancellationToken.None));
        Assert.Equal(2, (await w.DutiesAsync(Drafts.ItemOf(id))).Count);
        Assert.Null(await w.Drafts.AnswerAsync(id, 1, true, w.Wu, CancellationToken.None));
        Assert.Null(await w.Drafts.AnswerAsync(id, 1, false, w.Shi, CancellationToken.None));
        Assert.Empty(await w.DutiesAsync(Drafts.ItemOf(id)));

        var changed = w.Draft();
        changed.Proposal = "统一整治，三年完成。";
        Assert.Null(await w.Drafts.SaveAsync(id, changed, [w.WuId, w.ShiId], w.Shen, CancellationToken.None));
        // Wu is asked again; Shi, who declined, is not.
        Assert.Equal([("cosign", (Guid?)w.WuId)], await w.DutiesAsync(Drafts.ItemOf(id)));
        Assert.Equal("suggestions.text-changed", (await w.Drafts.AnswerAsync(id, 1, true, w.Wu, CancellationToken.None))!.Code);
        var submitted = await w.Drafts.SubmitAsync(id, w.Shen, CancellationToken.None);
        // Nobody signed this text: it is Shen's alone, and nothing is left to be signed.
        Assert.Equal([w.ShenId], submitted.Matter!.Reporters.Select(r => r.PersonId));
        Assert.Empty(await w.DutiesAsync(Drafts.ItemOf(id)));
        Assert.Equal("suggestions.submitted", (await w.Drafts.AnswerAsync(id, 2, true, w.Wu, CancellationToken.None))!.Code);
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_draft_is_its_authors_and_those_who_were_asked(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.Drafts.SaveAsync(id, w.Draft(), [w.WuId], w.Shen, CancellationToken.None));
        Assert.NotNull(await w.Drafts.FindAsync(id, w.Wu, CancellationToken.None));
        foreach (var other in new[] { w.Shi, w.Clerk, w.Head, w.PowerClerk }) Assert.Null(await w.Drafts.FindAsync(id, other, CancellationToken.None));
        Assert.Equal("suggestions.not-author", (await w.Drafts.SaveAsync(id, w.Draft("改"), [], w.Wu, CancellationToken.None))!.Code);
        Assert.Equal(404, (await w.Drafts.SaveAsync(id, w.Draft("改"), [], w.Shi, CancellationToken.None))!.Status);
        Assert.Equal(404, (await w.Drafts.SubmitAsync(id, w.Wu, CancellationToken.None)).Refusal!.Status);
        Assert.Equal(404, (await w.Drafts.AnswerAsync(id, 1, true, w.Shi, CancellationToken.None))!.Status);
        await using var db = w.Databases.CreateDbContext();
        Assert.Empty(await db.Set<Matter>().ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Handing_in_twice_and_after_a_crash_is_once(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = await w.SubmitAsync("整治农村杆线", w.Wu);
        Assert.True((await w.Drafts.SubmitAsync(id, w.Shen, CancellationToken.None)).Repeated);
        // The process died between the matter and the draft's end.
        await using (var db = w.Databases.CreateDbContext()) await db.Set<SuggestionDraft>().ExecuteUpdateAsync(s => s.SetProperty(d => d.SubmittedAt, (DateTime?)null), TestContext.Current.CancellationToken);
        var again = await w.Drafts.SubmitAsync(id, w.Shen, CancellationToken.None);
        Assert.True(again.Repeated);
        Assert.Empty(await w.Drafts.OpenAsync(w.Shen, CancellationToken.None));
        await using (var db = w.Databases.CreateDbContext()) Assert.Equal(1, await db.Set<Matter>().CountAsync(TestContext.Current.CancellationToken));
        await w.HoldsAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_is_missing_is_told_at_its_field_and_nothing_is_handed_in(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        Assert.Null(await w.Drafts.SaveAsync(id, new SuggestionDraft { PersonId = w.ShenId, CongressId = w.Congress }, [], w.Shen, CancellationToken.None));
        var refusal = (await w.Drafts.SubmitAsync(id, w.Shen, CancellationToken.None)).Refusal!;
        Assert.Equal(["title", "subject", "situation", "analysis", "proposal", "origin"], refusal.Fields.Select(f => f.Field));
        var bad = w.Draft(new string('长', 81));
        (bad.Subject, bad.Origin, bad.Contact, bad.UnitId, bad.SourceId, bad.Media) = ("no-such", "no-such", "no-such", w.Office, Guid.CreateVersion7(), "no-such");
        var wrong = (await w.Drafts.SaveAsync(id, bad, [Guid.CreateVersion7()], w.Shen, CancellationToken.None))!;
        Assert.Equal(["title", "subject", "origin", "contact", "unit", "source", "files"], wrong.Fields.Select(f => f.Field));
        Assert.Equal("suggestions.cosigner", (await w.Drafts.SaveAsync(id, w.Draft(), [Guid.CreateVersion7()], w.Shen, CancellationToken.None))!.Fields[0].Code);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_office_writes_down_what_came_on_paper_for_its_own_congress_only(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var id = Guid.CreateVersion7();
        var draft = w.Draft("设立农贸市场");
        (draft.WrittenBy, draft.Origin) = (w.Clerk.AccountId, "motion");
        Assert.Null(await w.Drafts.SaveAsync(id, draft, [w.WuId], w.Clerk, CancellationToken.None));
        // Paper bears the signatures already.
        Assert.Empty(await w.DutiesAsync(Drafts.ItemOf(id)));
        var matter = (await w.Drafts.SubmitAsync(id, w.Clerk, CancellationToken.None)).Matter!;
        Assert.Equal((w.ShenId, 2), (matter.Matter.ReporterId, matter.Reporters.Count));
        await w.ActAsync(id, "accept", w.Clerk, new { committee = "general", subject = "services" });
        await w.ActAsync(id, "assign", w.Clerk, new { leadUnit = w.Power, term = "normal" });
        await w.ActAsync(id, "sign-for", w.PowerClerk);
        await w.ReplyAsync(id, w.PowerClerk, w.PowerHead);
        // It is the deputy's to judge, not the office's.
        Assert.Equal("matters.not-yours", await w.RefusedAsync(id, "evaluate", w.Clerk, new { attitude = "1", result = "1" }));
        await w.ActAsync(id, "evaluate", w.Shen, new { attitude = "1", result = "1" });
        var foreign = w.Draft("不该登记");
        foreign.WrittenBy = w.CityClerk.AccountId;
        Assert.Equal(404, (await w.Drafts.SaveAsync(Guid.CreateVersion7(), foreign, [], w.CityClerk, CancellationToken.None))!.Status);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task The_report_counts_what_the_rows_say_and_leaves_out_what_was_not_returned(DatabaseProvider provider)
    {
        await using var w = await SuggestionWorld.CreateAsync(provider);
        var leader = SuggestionWorld.Person("领导", "leader", SuggestionWorld.County);
        var satisfied = await w.RepliedAsync();
        await w.ActAsync(satisfied, "evaluate", w.Shen, new { attitude = "1", result = "1" });
        var basically = await w.RepliedAsync();
        await w.ActAsync(basically, "evaluate", w.Shen, new { attitude = "1", result = "2" });
        var planned = await w.RepliedAsync("B", "2026-12-31");
        await w.ActAsync(planned, "evaluate", w.Shen, new { attitude = "2", result = "1" });
        var silent = await w.RepliedAsync();
        Assert.Equal("suggestions.still-time", await w.RefusedAsync(silent, "close-unreturned", w.Clerk, new { reason = "电话催过。" }));
        w.Time.Now = new(2026, 4, 10, 2, 0, 0, TimeSpan.Zero);
        await w.ActAsync(silent, "close-unreturned", w.Clerk, new { reason = "电话催过。" });
        var declined = await w.SubmitAsync("不属于建议");
        await w.ActAsync(declined, "decline", w.Clerk, new { ground = "judicial", reason = "在审案件。" });

        var report = (await w.Reports.ReadAsync(w.Session, leader, CancellationToken.None))!;
        Assert.Equal((5, 1, 4, 4, 1, 1, 0), (report.Arrived, report.Inadmissible, report.All.Figures.Accepted, report.All.Figures.Replied, report.All.Figures.Unreturned, report.All.Figures.Promises, report.All.Figures.Kept));
        Assert.Equal((3, 1), (report.All.Figures.Classes["A"], report.All.Figures.Classes["B"]));
        Assert.Equal((2d / 3, 1d, 2d / 3), (SuggestionFigures.Rate(report.All.Figures.Result, false), SuggestionFigures.Rate(report.All.Figures.Result, true), SuggestionFigures.Rate(report.All.Figures.Attitude, false)));
        Assert.Equal("县供电公司", Assert.Single(report.Units).Name);
        // Another county's leader has no such session.
        Assert.Null(await w.Reports.ReadAsync(w.Session, SuggestionWorld.Person("外县", "leader", 330521000000), CancellationToken.None));
        Assert.Single(await w.Reports.CompareAsync(w.Session, leader, CancellationToken.None));
    }
}
