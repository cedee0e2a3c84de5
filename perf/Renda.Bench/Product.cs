using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Renda.Analysis;
using Renda.Cockpit;
using Renda.Deputies;
using Renda.Map;
using Renda.Platform.Access;
using Renda.Platform.Accounts;
using Renda.Platform.Matters;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Search;
using Renda.Stations;
using Renda.Suggestions;
using Renda.Visits;

namespace Renda.Bench;

/// <summary>The product as a process of its own, on a data folder and a database that are this run's alone.</summary>
internal sealed class Product : IAsyncDisposable
{
    /// <summary>The scenarios whose tables and rights a bench meets.</summary>
    public static IReadOnlyList<RendaModule> Modules { get; } = [new VisitsModule(), new StationsModule(), new DeputiesModule(), new SuggestionsModule(), new MapModule(), new CockpitModule(), new AnalysisModule()];

    /// <summary>Their tables.</summary>
    public static ModelAssemblies Model { get; } = new([.. Modules.Select(m => m.GetType().Assembly)]);

    private readonly string? _server;
    private readonly string? _ownDatabase;
    private readonly bool _ownFolder;
    private Process? _process;
    private Task<string>? _said;
    private Task<string>? _wrong;

    private Product(string folder, bool ownFolder, DatabaseSettings database, string? server, string? ownDatabase)
    {
        (Folder, _ownFolder, Database, _server, _ownDatabase) = (folder, ownFolder, database, server, ownDatabase);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
    }

    public string Folder { get; }

    public DatabaseSettings Database { get; }

    public Uri Address { get; }

    public string DatabaseName => Database.Provider == DatabaseProvider.Sqlite ? "sqlite" : "postgres";

    /// <summary>A fresh folder and, with a server, a fresh database; both go with the run.</summary>
    public static async Task<Product> FreshAsync(string? postgres)
    {
        if (!File.Exists(Repository.Program)) throw new BenchException("The product is not built. Run it as ./dev bench.");
        var folder = Directory.CreateTempSubdirectory("renda-bench-").FullName;
        if (postgres is null) return new Product(folder, true, DatabaseSettings.SqliteFile(Path.Combine(folder, "renda.db")), null, null);
        var name = "renda_bench_" + Guid.NewGuid().ToString("N")[..12];
        await ExecuteAsync(postgres, $"CREATE DATABASE {name}");
        var own = new NpgsqlConnectionStringBuilder(postgres) { Database = name }.ToString();
        return new Product(folder, true, new DatabaseSettings(DatabaseProvider.Postgres, own), postgres, name);
    }

    /// <summary>A folder and a database that stay.</summary>
    public static Product At(string folder, string? postgres)
    {
        if (!File.Exists(Repository.Program)) throw new BenchException("The product is not built. Run it as ./dev seed.");
        folder = Directory.CreateDirectory(folder).FullName;
        return new Product(folder, false, postgres is null ? DatabaseSettings.SqliteFile(Path.Combine(folder, "renda.db")) : new DatabaseSettings(DatabaseProvider.Postgres, postgres), null, null);
    }

    /// <summary>Starts it and waits until it is ready. Returns how long that took.</summary>
    public async Task<TimeSpan> StartAsync(bool demo = true, int findings = 14, params IReadOnlyList<string> more)
    {
        var watch = Stopwatch.StartNew();
        List<string> args = [Repository.Program, "serve", "--port", Address.Port.ToString()];
        if (demo) args.AddRange(["--demo", "--demo-findings", findings.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        args.AddRange(more);
        _process = Process.Start(Command(args))!;
        _said = _process.StandardOutput.ReadToEndAsync();
        _wrong = _process.StandardError.ReadToEndAsync();
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode) return watch.Elapsed;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not there yet.
            }
            if (_process.HasExited) throw new BenchException("The product did not start: " + await _said + await _wrong);
            if (watch.Elapsed > TimeSpan.FromMinutes(15)) throw new BenchException("The product was not ready within fifteen minutes.");
            await Task.Delay(20);
        }
    }

    /// <summary>SIGKILL: nothing gets the chance to finish.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public async Task StopAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _ = Signal.Send(_process.Id, 15);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Runs another verb of the product on the same data.</summary>
    public async Task<(int Code, string Text)> VerbAsync(params string[] verb)
    {
        using var process = Process.Start(Command([Repository.Program, .. verb]))!;
        var wrong = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said + await wrong);
    }

    /// <summary>A line of the kernel's account of the process, in MB.</summary>
    public double MemoryMb(string line)
    {
        var file = $"/proc/{_process?.Id}/status";
        return File.Exists(file) && File.ReadLines(file).FirstOrDefault(l => l.StartsWith(line + ":", StringComparison.Ordinal)) is { } found
            ? double.Parse(found.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024
            : 0;
    }

    public RendaDbContext OpenDatabase(params IInterceptor[] interceptors)
    {
        var options = new DbContextOptionsBuilder<RendaDbContext>();
        Database.Configure(options);
        if (interceptors.Length > 0) options.AddInterceptors(interceptors);
        return new RendaDbContext(options.Options, Model);
    }

    /// <summary>Waits until whatever follows the events has caught up; before that, a figure would be of this work too.</summary>
    public static async Task FollowedAsync(RendaDbContext db)
    {
        var (watch, told) = (Stopwatch.StartNew(), 0.0);
        while (true)
        {
            var newest = await db.Set<MatterEvent>().MaxAsync(e => (long?)e.Seq) ?? 0;
            var cursors = await db.Set<FeedCursor>().AsNoTracking().Where(c => c.Name == "search" || c.Name.StartsWith("map") || c.Name.StartsWith("i/")).ToDictionaryAsync(c => c.Name, c => c.Seq);
            if (cursors.ContainsKey("search") && cursors.ContainsKey("map") && cursors.Keys.Any(k => k.StartsWith("i/", StringComparison.Ordinal)) && cursors.Values.All(s => s >= newest)) return;
            if (watch.Elapsed.TotalSeconds >= told)
            {
                Report.Say(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  {watch.Elapsed.TotalSeconds:0} s: of {newest} events search has {cursors.GetValueOrDefault("search")}, the map {cursors.GetValueOrDefault("map")} (its rows {cursors.GetValueOrDefault("map/filled")}), the indicators {cursors.Where(c => c.Key.StartsWith("i/", StringComparison.Ordinal)).Select(c => c.Value).DefaultIfEmpty().Min()}"));
                told += 30;
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Bearer tokens of accounts, made as <c>renda token</c> makes them, without a process for each.</summary>
    public async Task<IReadOnlyList<string>> TokensAsync(IEnumerable<Guid> accounts)
    {
        await using var db = OpenDatabase();
        var texts = new List<string>();
        foreach (var account in accounts)
        {
            var (text, token) = TokenAuthentication.Create(account, DateTime.UtcNow, 7);
            db.Add(token);
            texts.Add(text);
        }
        await db.SaveChangesAsync();
        return texts;
    }

    /// <summary>Accounts with a role, optionally only where it reaches a division.</summary>
    public async Task<IReadOnlyList<Guid>> AccountsAsync(string role, int most, long? covering = null)
    {
        await using var db = OpenDatabase();
        var grants = await db.Set<Grant>().AsNoTracking().Where(g => g.Role == role && g.ValidTo == null).OrderBy(g => g.Id).ToListAsync();
        return [.. grants.Where(g => covering is not { } place || (place >= g.Region && place <= Territory.Last(g.Region))).Select(g => g.AccountId).Distinct().Take(most)];
    }

    public async Task<Guid> AccountAsync(string name)
    {
        await using var db = OpenDatabase();
        return await db.Users.Where(a => a.UserName == name).Select(a => a.Id).FirstAsync();
    }

    /// <summary>A client with as many connections as are asked of it.</summary>
    public static HttpClient Client(Uri address) => new(new SocketsHttpHandler { MaxConnectionsPerServer = 4096, PooledConnectionLifetime = Timeout.InfiniteTimeSpan, UseCookies = false, AllowAutoRedirect = false })
    {
        BaseAddress = address, Timeout = TimeSpan.FromSeconds(60),
    };

    public HttpClient Client() => Client(Address);

    public static HttpRequestMessage Request(HttpMethod method, string path, string token, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_ownDatabase is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await ExecuteAsync(_server!, $"DROP DATABASE IF EXISTS {_ownDatabase} WITH (FORCE)");
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_ownFolder) Directory.Delete(Folder, recursive: true);
    }

    private ProcessStartInfo Command(IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [.. args, "--data", Folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // By environment: a connection string may hold a password, which the list of processes would show.
        start.Environment.Remove("RENDA_POSTGRES");
        if (Database.Provider == DatabaseProvider.Postgres) start.Environment["RENDA_POSTGRES"] = Database.ConnectionString;
        return start;
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>What .NET has no call for: asking a process to end.</summary>
internal static class Signal
{
#pragma warning disable SYSLIB1054 // the generator would need unsafe code in the whole project
    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
#pragma warning restore SYSLIB1054

    public static bool Send(int process, int signal) => kill(process, signal) == 0;
}
