using Microsoft.EntityFrameworkCore;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Congresses;
using Renda.Platform.Registry;

namespace Renda.Registry;

/// <summary>Terms (届) and sessions (次) of a congress.</summary>
public sealed class Terms(RegistryDesk desk, TimeProvider time)
{
    /// <summary>Years a term is expected to last: Organic Law of local congresses. It really lasts until the next one's first session.</summary>
    public const int Years = 5;

    /// <summary>Records a term; the one before ends on the day it begins.</summary>
    /// <param name="congress">The congress.</param>
    /// <param name="form">term, seats, since.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> AddTermAsync(Guid congress, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        typed.Need(int.TryParse(TypedForm.Plain(typed.Text("term")), out var ordinal) && ordinal is >= 1 and <= 99, "term", "届是 1 到 99 的整数。", "The term is a whole number from 1 to 99.");
        typed.Need(int.TryParse(TypedForm.Plain(typed.Text("seats")), out var seats) && seats is >= 1 and <= 3000, "seats", "名额是 1 到 3000 的整数。", "Seats are a whole number from 1 to 3,000.");
        var since = typed.Day("since", needed: true);
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", $"登记第{ordinal}届", "", async (db, edit) =>
        {
            var body = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == congress && o.Kind == OrganisationKind.Congress && o.ValidTo == null, cancellation);
            if (body is null || !RegistryScope.Reaches(actor, RegistryScope.Edit, body.Region)) return Refusal.NotFound;
            var from = ChinaTime.StartOf(since!.Value);
            var last = await db.Set<Term>().AsNoTracking().Where(t => t.CongressId == congress).OrderByDescending(t => t.Ordinal).FirstOrDefaultAsync(cancellation);
            if (last is not null && ordinal <= last.Ordinal) return Refusal.Form([new("registry.same-term", new($"已经登记到第{last.Ordinal}届。", $"Term {last.Ordinal} is recorded already."), Field: "term")]);
            if (last is not null && from <= last.ValidFrom) return Refusal.Form([new("registry.term-order", new("要晚于上一届开始的日子。", "It begins after the term before did."), Field: "since")]);
            if (last is not null && last.ValidTo != from) edit.End(last, from);
            edit.Add(new Term { Id = Guid.CreateVersion7(), CongressId = congress, Ordinal = ordinal, Seats = seats, ValidFrom = from, ValidTo = ChinaTime.StartOf(since.Value.AddYears(Years)) });
            return null;
        }, cancellation);
        return refusal;
    }

    /// <summary>Records a session of a congress, held or to come.</summary>
    /// <param name="congress">The congress.</param>
    /// <param name="form">ordinal, opens, closes.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> AddSessionAsync(Guid congress, IReadOnlyDictionary<string, string> form, Actor actor, CancellationToken cancellation)
    {
        var typed = new TypedForm(form, time.GetUtcNow().UtcDateTime);
        typed.Need(int.TryParse(TypedForm.Plain(typed.Text("ordinal")), out var ordinal) && ordinal is >= 1 and <= 50, "ordinal", "会次是 1 到 50 的整数。", "The session is a whole number from 1 to 50.");
        var (opens, closes) = (typed.Day("opens", needed: true), typed.Day("closes", needed: true));
        typed.Need(opens is null || closes is null || (closes >= opens && closes.Value.DayNumber - opens.Value.DayNumber <= 60), "closes", "闭幕日不早于开幕日，会期最多 60 天。", "It closes on or after the day it opens, and lasts at most 60 days.");
        if (typed.Errors.Count > 0) return Refusal.Form(typed.Errors);
        var (_, refusal) = await desk.ChangeAsync(actor, "edit", $"登记第{ordinal}次会议", "", async (db, edit) =>
        {
            var body = await db.Set<Organisation>().AsNoTracking().FirstOrDefaultAsync(o => o.Id == congress && o.Kind == OrganisationKind.Congress && o.ValidTo == null, cancellation);
            if (body is null || !RegistryScope.Reaches(actor, RegistryScope.Edit, body.Region)) return Refusal.NotFound;
            var day = ChinaTime.StartOf(opens!.Value);
            // A term lasts until the first session of the next one, whatever day was expected (Organic Law of local congresses).
            var term = await db.Set<Term>().AsNoTracking().Where(t => t.CongressId == congress && t.ValidFrom <= day).OrderByDescending(t => t.Ordinal).FirstOrDefaultAsync(cancellation);
            if (term is null) return Refusal.Form([new("registry.no-term", new("这一天不在任何一届任期内，请核对日期。", "That day is in no term of the congress; check it."), Field: "opens")]);
            if (await db.Set<CongressSession>().AnyAsync(s => s.TermId == term.Id && s.Ordinal == ordinal && !s.OfCommittee, cancellation))
                return Refusal.Form([new("registry.same-session", new($"第{term.Ordinal}届第{ordinal}次会议已经登记。", $"Session {ordinal} of term {term.Ordinal} is recorded already."), Field: "ordinal")]);
            edit.Add(new CongressSession { Id = Guid.CreateVersion7(), TermId = term.Id, Ordinal = ordinal, Opens = opens.Value, Closes = closes!.Value, ValidFrom = edit.Now });
            return null;
        }, cancellation);
        return refusal;
    }
}
