using Renda.Platform.Calendar;
using Renda.Platform.Matters;

namespace Renda.Platform.Indicators;

/// <summary>
/// The measures that every scenario has, since each of its matters is raised, handled and ended alike: a new scenario is
/// counted without a line of its own.
/// </summary>
public static class MatterMeasures
{
    /// <summary>Those of a scenario.</summary>
    /// <param name="scenario">Id of the module.</param>
    public static IReadOnlyList<Measure> Of(string scenario)
    {
        var matters = new Words("件", "matters");
        return
        [
            new(scenario + ".raised", new("收到件数", "Received"), matters, f => [One(f, "raised", f.Matter.SubmittedAt)]),
            // What became part of another matter is handled there.
            new(scenario + ".merged", new("并入其他件的件数", "Merged into others"), matters, f => f.Matter is { ClosedAt: { } at, MergedIntoId: not null } ? [One(f, "merged", at)] : []),
            Ended("closed", new("办结件数", "Closed"), matters, _ => true),
            Ended("late", new("办结时已超期的件数", "Closed late"), matters, m => m.Late),
            Ended("proven", new("有整改照片的件数", "Proven by a photo"), matters, m => m.Proven),
            Ended("judged", new("已评价件数", "Judged"), matters, m => m.Result is 1 or 2 or 3),
            Ended("satisfied", new("评价为满意的件数", "Satisfied"), matters, m => m.Result == 1),
            Ended("basically", new("评价为基本满意的件数", "Basically satisfied"), matters, m => m.Result == 2),
            // Tenths of a day add up without loss.
            Ended("days", new("办理用时", "Time taken"), new("0.1天", "tenths of a day"), _ => true, m => (m.ClosedAt!.Value - m.SubmittedAt).Ticks * 10 / TimeSpan.TicksPerDay),
        ];

        Measure Ended(string measure, Words name, Words unit, Func<Matter, bool> which, Func<Matter, long>? amount = null) =>
            new(scenario + "." + measure, name, unit, f => f.Matter is { ClosedAt: { } at, MergedIntoId: null } m && which(m) ? [One(f, measure, at) with { Amount = amount?.Invoke(m) ?? 1 }] : []);
    }

    private static Fact One(MatterFold fold, string measure, DateTime at) =>
        new(fold.Matter.Scenario + "." + measure, ChinaTime.Date(at), fold.Matter.Region, fold.Matter.LeadUnitId ?? Guid.Empty, fold.Matter.Category, 1);
}
