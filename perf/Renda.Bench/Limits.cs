using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;
using Renda.Visits;

namespace Renda.Bench;

/// <summary>
/// The limit programs: what the database, the disk and the bare framework do with the same row on this machine, with
/// nothing of the product in the way. As durable as the product: WAL with <c>synchronous=FULL</c>, or a commit each.
/// </summary>
internal static class Limits
{
    private static readonly string[] Columns =
        ["id", "campaign", "category", "title", "description", "suggestion", "severity", "place", "region", "latitude", "longitude", "accuracy", "captured_at"];

    private static string Insert { get; } = $"INSERT INTO bare_findings ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(c => "@" + c))})";

    private static object?[] Values(Guid id, FindingRequest f) =>
        [id, f.CampaignId, f.Category, f.Title, f.Description, f.Suggestion, f.Severity, f.PlaceText, long.Parse(f.RegionCode!, CultureInfo.InvariantCulture), f.Latitude, f.Longitude, f.Accuracy, f.CapturedAt];

    public static async Task<SqliteConnection> SqliteAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={file}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS bare_findings (id TEXT PRIMARY KEY, campaign TEXT, category TEXT, title TEXT, description TEXT, suggestion TEXT, severity TEXT, place TEXT, region INTEGER, latitude REAL, longitude REAL, accuracy REAL, captured_at TEXT)";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public static async Task<NpgsqlDataSource> PostgresAsync(string connection)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 80, MaxAutoPrepare = 10, AutoPrepareMinUsages = 2 });
        await using var command = source.CreateCommand("CREATE TABLE IF NOT EXISTS bare_findings (id uuid PRIMARY KEY, campaign uuid, category text, title text, description text, suggestion text, severity text, place text, region bigint, latitude double precision, longitude double precision, accuracy double precision, captured_at timestamptz)");
        await command.ExecuteNonQueryAsync();
        return source;
    }

    /// <summary>Rows per second by the bare SQLite driver, so many in each commit.</summary>
    public static async Task<double> SqliteRowsAsync(string file, FindingSource source, int inCommit, TimeSpan time)
    {
        await using var connection = await SqliteAsync(file);
        await using var command = connection.CreateCommand();
        command.CommandText = Insert;
        var rows = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
            using var transaction = connection.BeginTransaction();
            command.Transaction = transaction;
            for (var i = 0; i < inCommit; i++) Execute(command, Guid.CreateVersion7(), source.Next());
            transaction.Commit();
            rows += inCommit;
        }
        return rows / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Single inserts by the bare PostgreSQL driver, each its own commit.</summary>
    public static async Task<double> PostgresRowsAsync(NpgsqlDataSource database, FindingSource source, int clients, TimeSpan time)
    {
        var result = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), time, _ => PostgresInsertAsync(database, Guid.CreateVersion7(), source.Next()));
        return result.PerSecond;
    }

    private static async Task PostgresInsertAsync(NpgsqlDataSource database, Guid id, FindingRequest finding)
    {
        await using var command = database.CreateCommand(Insert);
        var values = Values(id, finding);
        for (var i = 0; i < Columns.Length; i++) command.Parameters.AddWithValue(Columns[i], values[i] ?? DBNull.Value);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Files of a photo's size per second, each synced before the next by the same client.</summary>
    public static async Task<double> FilesAsync(string folder, int clients, TimeSpan time)
    {
        Directory.CreateDirectory(folder);
        var photo = Photo.Make();
        var result = await Load.RunAsync(clients, TimeSpan.FromSeconds(0.5), time, _ =>
        {
            var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, photo.Length))
            {
                RandomAccess.Write(file, photo, 0);
                RandomAccess.FlushToDisk(file);
            }
            return Task.CompletedTask;
        });
        Directory.Delete(folder, recursive: true);
        return result.PerSecond;
    }

    private static void Execute(SqliteCommand command, Guid id, FindingRequest finding)
    {
        var values = Values(id, finding);
        var first = command.Parameters.Count == 0;
        for (var i = 0; i < Columns.Length; i++)
        {
            if (first) command.Parameters.AddWithValue("@" + Columns[i], values[i] ?? DBNull.Value);
            else command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// The bare endpoint: reads the same body, inserts the same row, answers after the commit. Runs as a process of its
    /// own, as the product does. On SQLite requests that arrive together share a commit, at most 64.
    /// <c>GET /newest</c> answers the newest 25 of a county from the product's own table.
    /// </summary>
    public static async Task ServeAsync(Options options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Number("--port", 5099, 1024, 65535)}");
        var app = builder.Build();
        if (options.Postgres is { } postgres)
        {
            var database = await PostgresAsync(postgres);
            app.MapPut("/bare/{id:guid}", async (Guid id, FindingRequest finding) =>
            {
                await PostgresInsertAsync(database, id, finding);
                return Results.Created($"/bare/{id}", new { id, finding.Title });
            });
            app.MapGet("/newest", async (long county) =>
            {
                await using var command = database.CreateCommand(Newest);
                command.Parameters.AddWithValue("county", county);
                await using var reader = await command.ExecuteReaderAsync();
                return Results.Ok(await RowsAsync(reader));
            });
        }
        else
        {
            var file = options.Text("--file") ?? throw new BenchException("bare --file FILE");
            var writer = new GroupWriter(await SqliteAsync(file));
            _ = writer.RunAsync();
            app.MapPut("/bare/{id:guid}", async (Guid id, FindingRequest finding) =>
            {
                await writer.WriteAsync(id, finding);
                return Results.Created($"/bare/{id}", new { id, finding.Title });
            });
            app.MapGet("/newest", async (long county) =>
            {
                await using var connection = new SqliteConnection($"Data Source={file}");
                connection.Open();
                await using var command = connection.CreateCommand();
                command.CommandText = Newest;
                command.Parameters.AddWithValue("@county", county);
                await using var reader = await command.ExecuteReaderAsync();
                return Results.Ok(await RowsAsync(reader));
            });
        }
        app.MapGet("/health/ready", () => "ok");
        await app.RunAsync();
    }

    private const string Newest = "SELECT id, serial, number, title, scenario, state, phase, category, region, lead_unit_id, occurred_at, submitted_at, updated_at, due_at, yellow_at, thumbnail, photos, videos, closed, attitude, result, late, proven, version FROM matters WHERE county = @county ORDER BY serial DESC LIMIT 26";

    private static async Task<List<object?[]>> RowsAsync(System.Data.Common.DbDataReader reader)
    {
        var rows = new List<object?[]>(26);
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            reader.GetValues(row!);
            for (var i = 0; i < row.Length; i++)
                if (row[i] is DBNull)
                    row[i] = null;
            rows.Add(row);
        }
        return rows;
    }

    private sealed class GroupWriter(SqliteConnection connection)
    {
        private readonly Channel<(Guid Id, FindingRequest Finding, TaskCompletionSource Done)> _queue = Channel.CreateUnbounded<(Guid, FindingRequest, TaskCompletionSource)>(new() { SingleReader = true });

        public Task WriteAsync(Guid id, FindingRequest finding)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _queue.Writer.TryWrite((id, finding, done));
            return done.Task;
        }

        public async Task RunAsync()
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Insert;
            var batch = new List<TaskCompletionSource>(64);
            while (await _queue.Reader.WaitToReadAsync())
            {
                using (var transaction = connection.BeginTransaction())
                {
                    command.Transaction = transaction;
                    while (batch.Count < 64 && _queue.Reader.TryRead(out var next))
                    {
                        Execute(command, next.Id, next.Finding);
                        batch.Add(next.Done);
                    }
                    transaction.Commit();
                }
                foreach (var done in batch) done.TrySetResult();
                batch.Clear();
            }
        }
    }
}

/// <summary>The bare endpoint as a process.</summary>
internal sealed class BareServer : IAsyncDisposable
{
    private readonly Process _process;

    private BareServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<BareServer> StartAsync(string? sqliteFile, string? postgres)
    {
        int port;
        using (var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
        }
        var start = new ProcessStartInfo("dotnet", [typeof(BareServer).Assembly.Location, "bare", "--port", port.ToString(CultureInfo.InvariantCulture), "--file", sqliteFile ?? ""]);
        start.Environment.Remove("RENDA_BENCH_POSTGRES");
        if (postgres is not null) start.Environment["RENDA_BENCH_POSTGRES"] = postgres;
        var address = new Uri($"http://127.0.0.1:{port}");
        var server = new BareServer(Process.Start(start)!, address);
        using var http = Product.Client(address);
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException) when (i < 400 && !server._process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
