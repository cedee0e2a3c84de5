using Renda.Platform.Demo;
using Renda.Visits.Demo;

namespace Modules.Tests.Visits.Demo;

public class DemoPlanTests
{
    private static readonly DemoPlan Plan = DemoPlan.Create(SmallHuzhou.City, SmallHuzhou.Villages, SmallHuzhou.Now);

    [Fact]
    public void Findings_photos_and_videos_add_up_exactly()
    {
        Assert.Equal(974, Plan.Findings.Count);
        Assert.Equal(2564, Plan.Findings.Sum(f => f.Photos.Count));
        Assert.Equal(1271, Plan.Findings.Sum(f => f.VideoSeeds.Count));
        Assert.Equal(1271, Plan.Findings.SelectMany(f => f.VideoSeeds).Distinct().Count());
        Assert.All(Plan.Findings, f => Assert.InRange(f.Photos.Count, 1, 6));
    }

    [Theory]
    [InlineData("2026-11-23T01:00:00Z")]
    [InlineData("2026-11-21T19:30:00Z")]
    [InlineData("2026-05-04T15:59:59Z")]
    public void No_step_is_before_the_one_before_it_or_after_now(string moment)
    {
        var now = DateTime.Parse(moment, null, System.Globalization.DateTimeStyles.AdjustToUniversal);
        var plan = DemoPlan.Create(SmallHuzhou.City, SmallHuzhou.Villages, now);
        foreach (var finding in plan.Findings)
        {
            Assert.Equal(DemoAction.Submit, finding.Steps[0].Action);
            for (var i = 1; i < finding.Steps.Count; i++)
                Assert.True(finding.Steps[i].AtUtc >= finding.Steps[i - 1].AtUtc, $"{finding.Number} {finding.Stage} step {i}");
            Assert.InRange(finding.ReportedAtUtc, now.AddDays(-42.01), now);
            Assert.True(finding.Steps[^1].AtUtc <= now);
            Assert.All(finding.Photos, p => Assert.True(p.TakenAtUtc <= finding.ReportedAtUtc));
            foreach (var step in finding.Steps.Where(s => s.Photos is not null))
                Assert.All(step.Photos!, p => Assert.InRange(p.TakenAtUtc, finding.ReportedAtUtc, step.AtUtc));
        }
        Assert.All(plan.Visits, v => Assert.True(v.BeganAtUtc < v.EndedAtUtc && v.EndedAtUtc <= now));
    }

    [Fact]
    public void Findings_are_numbered_by_time_and_mostly_sent_in_working_hours()
    {
        Assert.Equal(Enumerable.Range(1, 974), Plan.Findings.Select(f => f.Number));
        Assert.Equal(Plan.Findings.Select(f => f.ReportedAtUtc).Order(), Plan.Findings.Select(f => f.ReportedAtUtc));
        var hours = Plan.Findings.Select(f => f.ReportedAtUtc.AddHours(8).Hour).ToList();
        Assert.InRange(hours.Count(h => h is >= 8 and < 18), 600, 974);
        Assert.InRange(hours.Count(h => h is < 6 or >= 22), 0, 60);
    }

    [Fact]
    public void Seven_wait_in_Changxing_86_are_handled_31_wait_for_a_rating_and_about_850_are_ended()
    {
        int Count(params DemoStage[] stages) => Plan.Findings.Count(f => stages.Contains(f.Stage));
        Assert.Equal(7, Count(DemoStage.Submitted, DemoStage.Verified));
        Assert.All(Plan.Findings.Where(f => f.Stage is DemoStage.Submitted or DemoStage.Verified), f => Assert.Equal(330522, f.VillageCode / 1_000_000));
        Assert.Equal(86, Count(DemoStage.Assigned, DemoStage.ReturnRequested, DemoStage.Handling, DemoStage.Redo));
        Assert.Equal(31, Count(DemoStage.Replied, DemoStage.Checked));
        Assert.Equal(844, Count(DemoStage.Closed, DemoStage.ClosedAfterRedo, DemoStage.Duplicate, DemoStage.NotAccepted));
        Assert.All(Enum.GetValues<DemoStage>(), s => Assert.Contains(Plan.Findings, f => f.Stage == s));
    }

    [Fact]
    public void The_last_step_fits_the_stage()
    {
        foreach (var finding in Plan.Findings)
        {
            DemoAction[] expected = finding.Stage switch
            {
                DemoStage.Submitted => [DemoAction.Submit],
                DemoStage.Returned => [DemoAction.Return],
                DemoStage.Duplicate => [DemoAction.Merge],
                DemoStage.NotAccepted => [DemoAction.Refuse],
                DemoStage.Verified => [DemoAction.Verify],
                DemoStage.Assigned => [DemoAction.Assign],
                DemoStage.ReturnRequested => [DemoAction.RequestReturn],
                DemoStage.Handling => [DemoAction.Accept, DemoAction.CoReply, DemoAction.RequestExtension],
                DemoStage.Replied => [DemoAction.Reply],
                DemoStage.Checked => [DemoAction.Check],
                DemoStage.Redo => [DemoAction.Redo],
                _ => [DemoAction.Close],
            };
            Assert.Contains(finding.Steps[^1].Action, expected);
        }
    }

    [Fact]
    public void All_five_counties_have_findings_closed_and_open()
    {
        foreach (var county in new long[] { 330502, 330503, 330521, 330522, 330523 })
        {
            var own = Plan.Findings.Where(f => f.VillageCode / 1_000_000 == county).ToList();
            Assert.InRange(own.Count, 110, 290);
            Assert.InRange(own.Count(f => f.Stage == DemoStage.Handling), 4, 30);
            Assert.InRange(own.Count(f => f.IsClosed), 80, 260);
        }
    }

    [Fact]
    public void Eight_to_twelve_of_a_hundred_are_late()
    {
        var assigned = Plan.Findings.Where(f => f.Steps.Any(s => s.Action == DemoAction.Assign)).ToList();
        Assert.InRange(assigned.Count(f => f.IsLate) * 100.0 / assigned.Count, 8, 12);
    }

    [Fact]
    public void Ratings_are_mostly_good_and_no_bad_one_is_without_a_reason()
    {
        var ratings = Plan.Findings.SelectMany(f => f.Steps).Where(s => s.Evaluation is not null).Select(s => s.Evaluation!).ToList();
        foreach (var grades in new[] { ratings.ConvertAll(r => r.Attitude), ratings.ConvertAll(r => r.Result) })
        {
            double Share(DemoRating rating) => grades.Count(g => g == rating) * 100.0 / grades.Count;
            Assert.InRange(Share(DemoRating.Satisfied), 78, 87);
            Assert.InRange(Share(DemoRating.PartlySatisfied), 9, 16);
            Assert.InRange(Share(DemoRating.Dissatisfied), 3, 7);
        }
        Assert.All(ratings.Where(r => r.Result == DemoRating.Dissatisfied || r.Attitude == DemoRating.Dissatisfied), r => Assert.NotEmpty(r.Remark));
    }

    [Fact]
    public void A_fifth_has_co_handlers_and_most_are_closed_with_proof()
    {
        Assert.InRange(Plan.Findings.Count(f => f.CoUnitIds.Count > 0) / 974.0, 0.14, 0.25);
        var closed = Plan.Findings.Where(f => f.IsClosed).ToList();
        Assert.InRange(closed.Count(f => f.IsClosedWithProof) / (double)closed.Count, 0.90, 0.96);
        var known = SmallHuzhou.City.Units.Concat(SmallHuzhou.City.TownGovernments).Select(u => u.Id).ToHashSet();
        Assert.All(Plan.Findings, f => Assert.Contains(f.LeadUnitId, known));
        Assert.All(Plan.Findings.SelectMany(f => f.CoUnitIds), u => Assert.Contains(u, known));
    }

    [Fact]
    public void A_duplicate_is_another_deputys_later_word_on_the_same_spot()
    {
        var repeated = Plan.Findings.Where(f => f.DuplicateOf is not null).ToList();
        Assert.Equal(21, repeated.Count);
        foreach (var finding in repeated)
        {
            var first = Plan.Findings[finding.DuplicateOf!.Value - 1];
            Assert.Equal((first.Problem, first.VillageCode), (finding.Problem, finding.VillageCode));
            Assert.NotEqual(first.DeputyIndex, finding.DeputyIndex);
            Assert.True(finding.ReportedAtUtc > first.ReportedAtUtc);
            Assert.Equal(first.Photos[0].Seed / DemoScenes.ViewsPerPlace, finding.Photos[0].Seed / DemoScenes.ViewsPerPlace);
            Assert.InRange(Math.Abs(first.Latitude - finding.Latitude) * 111_320, 0, 61);
        }
    }

    [Fact]
    public void Li_Yangs_findings_are_in_several_stages_one_to_be_rated_and_none_of_them_poles()
    {
        var index = SmallHuzhou.City.Deputies.Single(d => d.Person.Name == "李阳").Index;
        var own = Plan.Findings.Where(f => f.DeputyIndex == index).ToList();
        Assert.InRange(own.Count, 5, 8);
        Assert.Contains(own, f => f.Stage == DemoStage.Checked);
        Assert.InRange(own.Select(f => f.Stage).Distinct().Count(), 4, 8);
        Assert.DoesNotContain(own, f => RegulationCategories.Problems[f.Problem].Group.Id == "poles");
        Assert.NotEqual(index, Plan.Findings[^1].DeputyIndex);
    }

    [Fact]
    public void Near_Tangzitou_an_open_finding_waits_to_be_recognised()
    {
        var near = Plan.Findings.Single(f => f.VillageCode == DemoPlaces.Hongshan && f.Telling.Title == "红山村路口通信线垂落");
        Assert.Equal(DemoStage.Handling, near.Stage);
        Assert.Equal("poles", RegulationCategories.Problems[near.Problem].Group.Id);
    }

    [Fact]
    public void Every_deputy_takes_part_in_a_visit_and_some_visits_find_nothing()
    {
        var present = Plan.Visits.SelectMany(v => v.CompanionIndexes.Append(v.LeaderIndex)).Distinct().Count();
        Assert.Equal(1925, present);
        Assert.Equal(Enumerable.Range(1, 974), Plan.Visits.SelectMany(v => v.FindingNumbers).Order());
        Assert.InRange(Plan.Visits.Count(v => v.FindingNumbers.Count == 0), 80, 400);
    }

    [Fact]
    public void The_texts_do_not_read_alike()
    {
        Assert.InRange(Plan.Findings.Select(f => f.Telling.Description).Distinct().Count(), 950, 974);
        Assert.InRange(Plan.Findings.Select(f => f.Telling.Title).Distinct().Count(), 850, 974);
        var replies = Plan.Findings.SelectMany(f => f.Steps).Where(s => s.Action == DemoAction.Reply).Select(s => s.Text!).ToList();
        Assert.InRange(replies.Distinct().Count() / (double)replies.Count, 0.98, 1);
        var texts = Plan.Findings.SelectMany(f => f.Steps.Select(s => s.Text ?? "").Append(f.Telling.Title).Append(f.Telling.Description).Append(f.Telling.Suggestion)).ToList();
        Assert.DoesNotContain(texts, t => t.Contains('{', StringComparison.Ordinal) || t.Contains("。。", StringComparison.Ordinal) || t.Contains("，，", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_arguments_give_the_same_plan_and_another_seed_another()
    {
        static string Summary(DemoPlan plan) => string.Join('\n', plan.Findings.Select(f => $"{f.DeputyIndex} {f.VillageCode} {f.Telling} {f.ReportedAtUtc:O} {f.Steps[^1].AtUtc:O} {f.Photos[0]}"));
        Assert.Equal(Summary(Plan), Summary(DemoPlan.Create(SmallHuzhou.City, SmallHuzhou.Villages, SmallHuzhou.Now)));
        Assert.NotEqual(Summary(Plan), Summary(DemoPlan.Create(SmallHuzhou.City, SmallHuzhou.Villages, SmallHuzhou.Now, 7)));
    }
}
