using System.Text.Json;
using System.Text.Json.Nodes;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Calendar;
using Renda.Platform.Codes;
using Renda.Platform.Matters;
using Renda.Platform.Procedures;
using Renda.Visits;

namespace Modules.Tests.Visits;

public sealed class FindingProcedureTests
{
    private const long County = 330522000000;
    private static readonly Procedure Shipped = FindingProcedure.Create();
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<Code>> NoCodes = new Dictionary<string, IReadOnlyList<Code>>();

    [Fact]
    public void The_shipped_procedure_passes_its_proof() => Assert.Empty(Faults(Shipped));

    [Fact]
    public void A_waiting_state_without_a_clock_is_refused_by_name() =>
        Assert.Contains("State verified has no clock.", Faults(WithState("verified", s => s with { Clock = null })));

    [Fact]
    public void A_clock_without_a_deadline_is_refused_by_name() =>
        Assert.Contains("State verified names an unknown deadline visits.never.", Faults(WithState("verified", s => s with { Clock = "visits.never" })));

    [Fact]
    public void A_state_no_action_leads_to_is_refused_by_name()
    {
        var procedure = Shipped with { Actions = [.. Shipped.Actions.Where(a => a.Id != "verify" && a.Id != "grant-return")] };
        Assert.Equal(["State verified cannot be reached."], Faults(procedure));
    }

    [Fact]
    public void An_unknown_guard_is_refused_by_name() =>
        Assert.Contains("Action reply names unknown guard visits.no-such.", Faults(WithAction("reply", a => a with { Requires = ["visits.no-such"] })));

    [Fact]
    public void An_unknown_guard_of_an_outcome_is_refused_by_name() =>
        Assert.Contains("Action evaluate names unknown guard visits.no-such.", Faults(WithAction("evaluate", a => a with { To = [new("redo", "visits.no-such"), new("closed")] })));

    [Fact]
    public void An_unknown_effect_is_refused_by_name() =>
        Assert.Contains("Action reply names unknown effect visits.no-such.", Faults(WithAction("reply", a => a with { Effects = ["visits.no-such"] })));

    [Fact]
    public void A_missing_English_text_is_refused_by_name()
    {
        Assert.Contains("The text of action assign is not in both languages.", Faults(WithAction("assign", a => a with { Name = new Words("交办", "") })));
        Assert.Contains("The text of field assign.leadUnit is not in both languages.", Faults(WithAction("assign", a => a with { Form = [a.Form[0] with { Label = new Words("主办单位", " ") }] })));
        Assert.Contains("The text of waiting text of replied is not in both languages.", Faults(WithState("replied", s => s with { Waiting = default })));
    }

    [Fact]
    public void An_action_without_a_known_permission_is_refused_by_name() =>
        Assert.Contains("Action assign names an unknown permission visits.anything.", Faults(WithAction("assign", a => a with { Permission = "visits.anything" })));

    [Fact]
    public void A_dead_end_is_refused_by_name()
    {
        // Whoever is sent back can only complete, and what is completed can only be sent back.
        var procedure = Shipped with
        {
            Actions = [.. Shipped.Actions.Select(a => a.Id == "complete" ? a with { To = [new Outcome("returned")] } : a).Select(a => a with { From = a.Id == "withdraw" ? ["submitted"] : a.From })],
        };
        Assert.Equal(["From state returned no end can be reached."], Faults(procedure));
    }

    [Fact]
    public void A_state_in_which_its_owner_has_nothing_to_do_is_refused_by_name()
    {
        var procedure = Shipped with { Actions = [.. Shipped.Actions.Where(a => a.Id != "evaluate")] };
        Assert.Contains("In state checked the Reporter has nothing to do.", Faults(procedure));
    }

    [Fact]
    public void The_catalogue_does_not_start_with_a_faulty_procedure()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ProcedureCatalogue(
            [WithState("verified", s => s with { Clock = null })], VisitsRules.Rules, VisitsRules.Module.Permissions, VisitsRules.Deadlines));
        Assert.Contains("visits.finding v1: State verified has no clock.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_random_steps_leave_every_matter_whole()
    {
        const int wanted = 1_000_000;
        var (steps, done, refused, walks) = (0, 0, 0, 0);
        var states = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        // Two cores; each walk is repeatable from its seed.
        Parallel.For(0, 2, half =>
        {
            for (var seed = half; Volatile.Read(ref steps) < wanted; seed += 2)
            {
                var walk = new Walk(seed, sealEvents: seed / 2 % 20 == 0);
                walk.Run(60);
                Interlocked.Add(ref steps, walk.Steps);
                Interlocked.Add(ref done, walk.Done);
                Interlocked.Add(ref refused, walk.Refused);
                Interlocked.Increment(ref walks);
                foreach (var state in walk.States) states.AddOrUpdate(state, 1, (_, n) => n + 1);
            }
        });
        TestContext.Current.SendDiagnosticMessage($"{walks} walks, {steps} steps, {done} done, {refused} refused");
        Assert.True(steps >= wanted);
        Assert.True(done > wanted / 5, $"Only {done} of {steps} steps did anything.");
        Assert.True(refused > wanted / 20, $"Only {refused} of {steps} steps were refused.");
        Assert.Empty(Shipped.States.Select(s => s.Id).Except(states.Keys));
    }

    [Fact]
    public void A_unit_written_in_capitals_cannot_be_lead_and_co_handler_at_once()
    {
        var unit = Guid.CreateVersion7();
        var assign = Shipped.Action("assign")!;
        var (form, errors) = FormCheck.Check(assign.Form, new JsonObject { ["leadUnit"] = unit.ToString(), ["coUnits"] = new JsonArray(unit.ToString("N").ToUpperInvariant()) }, NoCodes);
        Assert.Empty(errors);
        var walk = new Walk(1, sealEvents: false);
        var (changes, refusal) = walk.Decide(assign, VisitsRules.Person("县办", "clerk", County), form);
        Assert.Null(changes);
        Assert.Equal("matters.lead-is-co", refusal?.Code);
    }

    [Fact]
    public void An_extension_beyond_the_calendar_is_refused_not_thrown()
    {
        var walk = new Walk(1, sealEvents: false);
        walk.Go("assign", new JsonObject { ["leadUnit"] = Walk.Units[0].ToString() });
        walk.Go("accept", []);
        var head = VisitsRules.Person("主任", "office-head", County);
        foreach (var day in (string[])["9999-12-31", "2199-01-01", "0001-01-01"])
        {
            var (changes, refusal) = walk.Decide(Shipped.Action("extend")!, head, new JsonObject { ["until"] = day, ["reason"] = "等雨停" });
            Assert.Null(changes);
            Assert.Equal("until", refusal?.Field);
        }
    }

    [Fact]
    public void Time_in_which_the_clock_was_paused_does_not_make_a_reply_late()
    {
        var walk = new Walk(1, sealEvents: false);
        walk.Go("assign", new JsonObject { ["leadUnit"] = Walk.Units[0].ToString() });
        walk.Go("accept", []);
        walk.Go("pause", new JsonObject { ["reason"] = "等雨停" });
        walk.Wait(TimeSpan.FromDays(60));
        walk.Go("reply", new JsonObject { ["text"] = "已修", ["noPhotoReason"] = "无" });
        Assert.False(walk.Fold.Matter.Late);
    }

    [Fact]
    public void A_reply_after_the_last_day_is_late()
    {
        var walk = new Walk(1, sealEvents: false);
        walk.Go("assign", new JsonObject { ["leadUnit"] = Walk.Units[0].ToString() });
        walk.Go("accept", []);
        walk.Wait(TimeSpan.FromDays(60));
        walk.Go("reply", new JsonObject { ["text"] = "已修", ["noPhotoReason"] = "无" });
        Assert.True(walk.Fold.Matter.Late);
    }

    private static IReadOnlyList<string> Faults(Procedure procedure) => ProcedureProof.Faults(procedure, VisitsRules.Rules, VisitsRules.Permissions, VisitsRules.Deadlines);

    private static Procedure WithState(string id, Func<ProcedureState, ProcedureState> change) =>
        Shipped with { States = [.. Shipped.States.Select(s => s.Id == id ? change(s) : s)] };

    private static Procedure WithAction(string id, Func<ProcedureAction, ProcedureAction> change) =>
        Shipped with { Actions = [.. Shipped.Actions.Select(a => a.Id == id ? change(a) : a)] };

    /// <summary>One matter that goes wherever chance leads it.</summary>
    private sealed class Walk
    {
        public static readonly Guid[] Units = [.. Enumerable.Range(1, 4).Select(i => new Guid(i, 0, 0, new byte[8]))];
        private static readonly Guid Reporter = new(9, 0, 0, new byte[8]);
        private static readonly Actor[] People =
        [
            VisitsRules.Person("代表", "deputy", person: Reporter),
            VisitsRules.Person("另一代表", "deputy", person: Guid.CreateVersion7()),
            VisitsRules.Person("县办", "clerk", County),
            VisitsRules.Person("主任", "office-head", County),
            VisitsRules.Person("邻县", "clerk", 330521000000),
            VisitsRules.Person("领导", "leader", County),
            .. Units.Select(u => VisitsRules.Person("单位", "unit-clerk", organisation: u)),
        ];
        private static readonly string[] Shas = [.. Enumerable.Range(0, 6).Select(i => new string((char)('a' + i), 64))];
        private static readonly Dictionary<string, MediaFact> Media = Shas.Select((s, i) => (s, i)).ToDictionary(x => x.s, x => new MediaFact(x.i == 5 ? "video" : "photo", null, x.i switch { 0 or 1 => 20.5, 2 => null, _ => 900 }));
        private static readonly ProcedureEngine Engine = new(VisitsRules.Rules);
        private static readonly MatterFold Other = Finding(Guid.CreateVersion7());

        private readonly Random _random;
        private readonly bool _seal;
        private readonly List<MatterEvent> _events = [];
        private DateTime _now = new(2026, 11, 23, 1, 0, 0, DateTimeKind.Utc);

        public Walk(int seed, bool sealEvents)
        {
            _random = new Random(seed);
            _seal = sealEvents;
            Add("submit", Birth(Guid.CreateVersion7(), _now), []);
        }

        public MatterFold Fold { get; } = new();

        public int Steps { get; private set; }

        public int Done { get; private set; }

        public int Refused { get; private set; }

        public HashSet<string> States { get; } = ["submitted"];

        public void Wait(TimeSpan time) => _now += time;

        public void Run(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                Step();
                Steps++;
                Whole();
                // Ended matters can still be listed as focus or unmerged, but not for ever.
                if (Fold.Matter.Closed && _random.Next(3) == 0) break;
            }
            if (_seal) Replays();
        }

        /// <summary>Takes an action as whoever may.</summary>
        public void Go(string id, JsonObject answers)
        {
            var action = Shipped.Action(id)!;
            var actor = People.First(p => p.GrantFor(action.Permission, action.By, Fold, action.OwnPart) is not null);
            var (form, errors) = FormCheck.Check(action.Form, answers, NoCodes);
            Assert.Empty(errors);
            var (changes, refusal) = Decide(action, actor, form);
            Assert.Null(refusal);
            Add(id, changes!, form);
        }

        public (IReadOnlyList<Change>? Changes, Refusal? Refusal) Decide(ProcedureAction action, Actor actor, JsonObject form) => Engine.Decide(new Decision
        {
            Procedure = Shipped,
            Action = action,
            Matter = Fold,
            Actor = actor,
            Grant = actor.GrantFor(action.Permission, action.By, Fold, action.OwnPart),
            Form = form,
            Now = _now,
            StartClock = code => VisitsRules.Start(code, _now),
            ResumeClock = clock => clock.Resume(_now, VisitsRules.Calendar),
            ExtendClock = (clock, until) => clock.Extend(ChinaTime.EndOf(until), actor.AccountId, "因故", _now, VisitsRules.Calendar),
            Media = Media,
            Target = form["target"] is not null ? _random.Next(4) == 0 ? Fold : Other : null,
        });

        private void Step()
        {
            if (_random.Next(3) == 0) _now = _now.AddMinutes(_random.Next(6000));
            Actor actor;
            ProcedureAction action;
            if (_random.Next(20) == 0) (actor, action) = (Actor.Platform, Shipped.Action("escalate")!);
            else
            {
                // Mostly somebody who has something to do, now and then anybody.
                var first = _random.Next(People.Length);
                var around = Enumerable.Range(first, _random.Next(10) == 0 ? 1 : People.Length).Select(i => People[i % People.Length]);
                actor = around.FirstOrDefault(p => ProcedureEngine.OpenTo(Shipped, Fold, p).Count > 0) ?? People[first];
                var open = ProcedureEngine.OpenTo(Shipped, Fold, actor);
                action = open.Count > 0 && _random.Next(10) > 0 ? open[_random.Next(open.Count)].Action : Shipped.Actions[_random.Next(Shipped.Actions.Count)];
                // As the desk does it: who has no right to it is never asked further.
                if (actor.GrantFor(action.Permission, action.By, Fold, action.OwnPart) is null)
                {
                    Refused++;
                    return;
                }
            }
            var (form, errors) = FormCheck.Check(action.Form, Answers(action), NoCodes);
            if (errors.Count > 0)
            {
                Assert.All(errors, e => Assert.False(e.Text.IsIncomplete || string.IsNullOrEmpty(e.Field)));
                Refused++;
                return;
            }
            var before = Fold.Matter.State;
            var (changes, refusal) = Decide(action, actor, form);
            if (refusal is not null)
            {
                Assert.Null(changes);
                Assert.False(refusal.Text.IsIncomplete);
                Refused++;
                return;
            }
            Assert.Contains(before, action.From);
            Add(action.Id, changes!, form);
            Assert.Contains(action.To, t => (t.State ?? before) == Fold.Matter.State);
            States.Add(Fold.Matter.State);
            Done++;
        }

        private void Whole()
        {
            var state = Shipped.States.Single(s => s.Id == Fold.Matter.State);
            Assert.Equal(state.Final, Fold.Matter.Closed);
            Assert.Equal(state.Final, Fold.Matter.ClosedAt is not null);
            if (state.Final)
            {
                Assert.Empty(Fold.Body.Clocks);
                Assert.Null(Fold.Matter.DueAt);
                return;
            }
            Assert.Contains(Fold.Body.Clocks.Values, c => c.StoppedAt is null);
            Assert.True(Fold.Matter.DueAt is not null || Fold.Body.Clocks.Values.All(c => c.PausedAt is not null), state.Id);
            Assert.Contains(People, p => ProcedureEngine.OpenTo(Shipped, Fold, p).Any(a => a.Action.By == state.WaitsFor));
        }

        private void Replays()
        {
            var replay = new MatterFold();
            var previous = MatterFold.NoHash;
            foreach (var e in _events)
            {
                Assert.Equal(previous, e.PreviousHash);
                Assert.Equal(e.Hash, MatterFold.HashOf(e));
                replay.Apply(e);
                previous = e.Hash;
            }
            Assert.Equal(Rows(Fold), Rows(replay));
        }

        private static string Rows(MatterFold fold) => JsonSerializer.Serialize(new { fold.Matter, fold.Assignments, fold.Media, fold.Links, fold.Reporters });

        private JsonObject Answers(ProcedureAction action)
        {
            var answers = new JsonObject();
            foreach (var field in action.Form)
            {
                if (_random.Next(12) == 0) continue;
                if (_random.Next(30) == 0)
                {
                    answers[field.Id] = _random.Next(4) switch { 0 => new JsonObject(), 1 => JsonValue.Create(17), 2 => "   ", _ => new string('长', 2001) };
                    continue;
                }
                answers[field.Id] = field.Kind switch
                {
                    FieldKind.Choice => field.Choices[_random.Next(field.Choices.Count)].Id,
                    FieldKind.Unit => Unit(),
                    FieldKind.Units => new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => JsonValue.Create(Unit()))]),
                    FieldKind.Media => new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => JsonValue.Create(Shas[_random.Next(Shas.Length)]))]),
                    FieldKind.Date => _random.Next(20) == 0 ? "9999-12-31" : ChinaTime.Date(_now).AddDays(_random.Next(-20, 60)).ToString("yyyy-MM-dd"),
                    FieldKind.Matter => Other.Matter.Id.ToString(),
                    _ => "理由" + _random.Next(100),
                };
            }
            return answers;
        }

        private string Unit() => Units[_random.Next(Units.Length)].ToString(_random.Next(10) == 0 ? "N" : "D").ToUpperInvariant();

        private void Add(string action, IReadOnlyList<Change> changes, JsonObject form)
        {
            var content = new EventContent(form, changes);
            var @event = new MatterEvent { MatterId = Fold.Matter.Id, Version = Fold.Matter.Version + 1, Action = action, At = _now, ActorName = "某人" };
            if (_seal)
            {
                @event.Content = JsonSerializer.Serialize(content, EventContent.Json);
                @event.PreviousHash = Fold.Matter.Version == 0 ? MatterFold.NoHash : Fold.Matter.Hash;
                @event.Hash = MatterFold.HashOf(@event);
                _events.Add(@event);
            }
            Fold.Apply(@event, content);
        }

        private static MatterFold Finding(Guid id)
        {
            var fold = new MatterFold();
            var now = new DateTime(2026, 11, 20, 1, 0, 0, DateTimeKind.Utc);
            fold.Apply(new MatterEvent { MatterId = id, Version = 1, At = now }, new EventContent([], Birth(id, now)));
            return fold;
        }

        private static IReadOnlyList<Change> Birth(Guid id, DateTime now) =>
        [
            new Created(id, "visits", FindingProcedure.Id, 1, "寻访〔2026〕1号", "电线杆歪了", null, "power", Reporter, Guid.Empty, now, new JsonObject { ["description"] = "电线杆歪了", ["proofMetres"] = 200 }),
            new Placed(330522110225, 330500000000, 330522000000, 330522110000, 30.9, 119.8),
            new MediaAdded(new string('0', 64), "before", "photo", now, null),
            .. ProcedureEngine.Begin(Shipped, code => VisitsRules.Start(code, now)),
        ];
    }
}
