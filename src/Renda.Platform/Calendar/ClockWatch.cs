using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Renda.Platform.Access;
using Renda.Platform.Matters;
using Renda.Platform.Persistence;

namespace Renda.Platform.Calendar;

/// <summary>
/// Escalates what is overdue: first the clerk is told, and when the time of <see cref="EscalateAgain"/> has passed as
/// well, the head. Safe on several nodes at once: each step has a key of its own.
/// </summary>
public sealed class ClockWatch(IDbContextFactory<RendaDbContext> databases, MatterDesk desk, Deadlines deadlines, TimeProvider time, ILogger<ClockWatch> log)
{
    /// <summary>Code of the deadline between the first and the second reminder.</summary>
    public const string EscalateAgain = "platform.escalate-again";

    private const int Batch = 500;

    /// <summary>Goes through the overdue matters every minute until cancelled; a failure is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        do
        {
            try
            {
                await deadlines.ReloadAsync(cancellation);
                await EscalateAsync(cancellation);
            }
#pragma warning disable CA1031 // Whatever went wrong once, the next minute is a new chance.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.LogError(e, "Overdue matters could not be escalated; tried again in a minute");
            }
        }
        while (await NextAsync(timer, cancellation));
    }

    /// <summary>One pass; returns how many matters were escalated.</summary>
    public async Task<int> EscalateAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = databases.CreateDbContext();
        var overdue = await db.Set<Matter>().AsNoTracking().Where(m => m.DueAt < now && m.Escalation == 0).OrderBy(m => m.DueAt).Take(Batch)
            .Select(m => new { m.Id, m.DueAt, m.Version, m.Region, m.Category }).ToListAsync(cancellation);
        var again = await db.Set<Matter>().AsNoTracking().Where(m => m.DueAt < now && m.Escalation == 1).OrderBy(m => m.DueAt).Take(Batch)
            .Select(m => new { m.Id, m.DueAt, m.Version, m.Region, m.Category }).ToListAsync(cancellation);
        var done = 0;
        foreach (var matter in overdue.Concat(again.Where(m => deadlines.Start(EscalateAgain, m.Region, m.Category, LastMoment(m.DueAt!.Value)).DueAt <= now)))
        {
            // The key names what was seen, so that two nodes, or a pass after a crash, escalate once; and only what was
            // seen is escalated: whoever acted in between may have stopped the clock.
            var answer = await desk.ActAsync(matter.Id, "escalate", new JsonObject(), Actor.Platform, matter.Version, $"escalate-{matter.Version}", cancellation);
            if (answer is { Refusal: null, Repeated: false }) done++;
        }
        return done;
    }

    /// <summary>A last day ends with the first instant of the next one; days after it count from the last day.</summary>
    private static DateTime LastMoment(DateTime due) => due.AddTicks(-1);

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
