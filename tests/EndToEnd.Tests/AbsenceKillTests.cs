using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Renda.Platform.Congresses;
using Renda.Platform.People;
using Renda.Platform.Persistence;
using Renda.Platform.Todos;
using Renda.Registry;

namespace EndToEnd.Tests;

/// <summary>A deputy's second absence and the credentials committee's duty are one: whenever the server is killed, both are there or neither.</summary>
public sealed class AbsenceKillTests
{
    private const long Changxing = 330522000000;
    private const int Rounds = 3, MostRounds = 10, Clerks = 6, AtOnce = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Killed_under_a_burst_of_marks_no_second_absence_is_without_its_duty_and_no_duty_without_it(string database)
    {
        var data = Directory.CreateTempSubdirectory("renda-absences-").FullName;
        var place = Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES");
        if (database == "postgres") Assert.SkipWhen(string.IsNullOrEmpty(place), "RENDA_TEST_POSTGRES is not set");
        var name = "t_" + Guid.NewGuid().ToString("N");
        try
        {
            string? connection = null;
            if (database == "postgres")
            {
                await ExecuteAsync(place!, $"CREATE DATABASE {name}");
                connection = new NpgsqlConnectionStringBuilder(place) { Database = name }.ToString();
            }
            var (answered, raised, ended) = (0, 0, 0);
            // A machine that is slow marks little in a round: until some duties were raised and some ended, there are more.
            for (var round = 0; round < Rounds || ((raised == 0 || ended == 0) && round < MostRounds); round++)
            {
                ConcurrentDictionary<(Guid Session, Guid Mandate), AttendanceStatus> acknowledged = [];
                await using (var server = await Server.StartAsync(data, 0, connection))
                {
                    List<Guid> sessions, mandates;
                    Dictionary<(Guid, Guid), AttendanceStatus> now;
                    await using (var db = Open(data, connection))
                    {
                        var congress = await db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Congress && o.Region == Changxing && o.ValidTo == null).Select(o => o.Id).SingleAsync(Stop);
                        sessions = await db.Set<CongressSession>().Where(s => !s.OfCommittee && db.Set<Term>().Any(t => t.Id == s.TermId && t.CongressId == congress)).OrderBy(s => s.Ordinal).Take(2).Select(s => s.Id).ToListAsync(Stop);
                        mandates = await db.Set<Mandate>().Where(m => m.CongressId == congress && m.Status == MandateStatus.Active).OrderBy(m => m.Id).Take(Clerks * AtOnce * 3).Select(m => m.Id).ToListAsync(Stop);
                        now = await db.Set<Attendance>().Where(a => sessions.Contains(a.SessionId)).ToDictionaryAsync(a => (a.SessionId, a.MandateId), a => a.Status, Stop);
                    }
                    // Each has deputies of their own, so that nobody's word is in another's way; marked together, as on the list.
                    var own = mandates.Select((m, i) => (m, i)).ToLookup(x => x.i % Clerks, x => x.m);
                    var clerks = await Task.WhenAll(Enumerable.Range(0, Clerks).Select(_ => server.ClientAsync("zhoumin")));
                    var token = Regex.Match(await clerks[0].GetStringAsync($"/registry/sessions/{sessions[0]}", Stop), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
                    using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
                    var burst = Enumerable.Range(0, Clerks).Select(c => Task.Run(() => MarkAsync(clerks[c], token, sessions, [.. own[c]], now, acknowledged, new Random(round * 100 + c), gone.Token), Stop)).ToList();
                    for (var i = 0; i < 200 && acknowledged.Count < Clerks * AtOnce; i++) await Task.Delay(10, Stop);
                    await Task.Delay(Random.Shared.Next(0, 600) * (1 + round), Stop);
                    await server.KillAsync();
                    await gone.CancelAsync();
                    await Task.WhenAll(burst);
                    foreach (var clerk in clerks) clerk.Dispose();
                }
                answered += acknowledged.Count;

                await using var left = Open(data, connection);
                var rows = await left.Set<Attendance>().AsNoTracking().ToListAsync(Stop);
                foreach (var ((session, mandate), status) in acknowledged) Assert.Equal((round, status), (round, rows.Single(a => a.SessionId == session && a.MandateId == mandate).Status));
                var twice = rows.Where(a => a.Status == AttendanceStatus.Absent).GroupBy(a => a.MandateId).Where(g => g.Count() >= Absences.Enough).Select(g => AbsenceDuties.ItemOf(g.Key)).Order().ToList();
                var all = rows.Select(a => AbsenceDuties.ItemOf(a.MandateId)).ToHashSet();
                var duties = (await left.Set<Todo>().AsNoTracking().Where(t => t.Scenario == "registry").ToListAsync(Stop)).Where(t => all.Contains(t.ItemId)).ToList();
                Assert.Equal(twice, duties.Where(t => t.DoneAt is null).Select(t => t.ItemId).Order());
                (raised, ended) = (twice.Count, duties.Count(t => t.DoneAt is not null));
            }
            TestContext.Current.SendDiagnosticMessage($"{database}: {answered} marks answered, {raised} duties open, {ended} ended");
            Assert.True(raised > 0 && ended > 0, $"{answered} marks, {raised} open, {ended} ended: nothing was in the way of the kill");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
            if (database == "postgres") await ExecuteAsync(place!, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        }
    }

    /// <summary>Marks some absent and some present, over and over, until the server is gone; what was answered is noted, what was not is nobody's.</summary>
    private static async Task MarkAsync(HttpClient clerk, string token, List<Guid> sessions, Guid[] mandates, Dictionary<(Guid, Guid), AttendanceStatus> before, ConcurrentDictionary<(Guid, Guid), AttendanceStatus> acknowledged, Random random, CancellationToken gone)
    {
        var now = before.Where(b => mandates.Contains(b.Key.Item2)).ToDictionary();
        try
        {
            while (!gone.IsCancellationRequested)
            {
                var session = sessions[random.Next(sessions.Count)];
                random.Shuffle(mandates);
                var marks = mandates.Take(AtOnce).ToDictionary(m => m, _ => random.Next(3) == 0 ? AttendanceStatus.Present : AttendanceStatus.Absent);
                var form = new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["_handler"] = "marks", ["why"] = "核对签到表" };
                foreach (var (mandate, status) in marks) (form[$"was-{mandate}"], form[$"m-{mandate}"]) = (now.TryGetValue((session, mandate), out var was) ? AttendanceForm.Id(was) : "", AttendanceForm.Id(status));
                // Until it is answered nobody knows.
                foreach (var mandate in marks.Keys) acknowledged.TryRemove((session, mandate), out _);
                using var answer = await clerk.PostAsync(new Uri($"/registry/sessions/{session}", UriKind.Relative), new FormUrlEncodedContent(form), gone);
                Assert.True(answer.StatusCode == HttpStatusCode.Redirect, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(gone)));
                foreach (var (mandate, status) in marks) now[(session, mandate)] = acknowledged[(session, mandate)] = status;
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // The server was killed.
        }
    }

    private static RendaDbContext Open(string data, string? connection)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        (connection is null ? DatabaseSettings.SqliteFile(Path.Combine(data, "renda.db")) : new DatabaseSettings(DatabaseProvider.Postgres, connection)).Configure(options);
        return new RendaDbContext(options.Options, new ModelAssemblies([]));
    }

    private static async Task ExecuteAsync(string place, string sql)
    {
        await using var connection = new NpgsqlConnection(place);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
