using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Matters;
using Renda.Platform.Procedures;
using Renda.Visits;

namespace Modules.Tests.Visits;

/// <summary>What the host gives the visits procedure: rules, permissions, deadlines, and people with grants.</summary>
internal static class VisitsRules
{
    public static readonly VisitsModule Module = new();
    public static readonly ProcedureRules Rules = Make();
    public static readonly HashSet<string> Permissions = [.. Module.Permissions.Select(p => p.Id)];
    public static readonly HashSet<string> Deadlines = [.. Module.Deadlines.Select(d => d.Code)];
    public static readonly ChineseCalendar Calendar = ChineseCalendar.Official.Provisional();

    public static Actor Person(string name, string role, long region = 0, Guid? organisation = null, Guid? person = null) => new(
        Guid.CreateVersion7(), person, name,
        [new ActorGrant(Role.Find(role)!, region, organisation, Module.Permissions.Where(p => p.Roles.Contains(role)).Select(p => p.Id).ToHashSet())]);

    public static Clock Start(string code, DateTime now)
    {
        var deadline = Module.Deadlines.Single(d => d.Code == code);
        return Clock.Start(code, new DeadlineRule(deadline.Unit, deadline.Amount), deadline.YellowBefore, now, Calendar);
    }

    private static ProcedureRules Make()
    {
        var rules = new ProcedureRules().AddKernelRules();
        Module.AddRules(rules);
        return rules;
    }
}
