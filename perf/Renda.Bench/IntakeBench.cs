using Renda.Platform.Persistence;
using Renda.Visits;

namespace Renda.Bench;

/// <summary>Findings accepted per second, beside what the database, the disk and a bare endpoint do in the same minutes.</summary>
internal static class IntakeBench
{
    private const double GoalPlain = 3000, GoalPhoto = 500, ShareOfEndpoint = 0.25, ShareOfDisk = 0.5;

    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("--seconds", 6, 1, 120);
        var time = TimeSpan.FromSeconds(seconds);
        var warm = TimeSpan.FromSeconds(Math.Min(2, seconds));
        int[] clientCounts = [1, 8, 32, 64];
        await using var product = await Product.FreshAsync(options.Postgres);
        var report = new Report("intake", product.DatabaseName, new { seconds, clients = clientCounts, photoBytes = Photo.Size, database = product.Database.Provider == DatabaseProvider.Sqlite ? "WAL, synchronous=FULL" : "synchronous_commit of the server" });
        await product.StartAsync();
        report.Add(new("memory, idle with a small demo city", product.MemoryMb("VmRSS"), "MB", Goal: "<= 300", Holds: product.MemoryMb("VmRSS") <= 300));
        var source = await FindingSource.OpenAsync(product);
        var tokens = await product.TokensAsync(await product.AccountsAsync("deputy", clientCounts.Max()));
        using var http = product.Client();

        var bareFile = Path.Combine(product.Folder, "bare.db");
        var postgres = product.Database.Provider == DatabaseProvider.Postgres ? product.Database.ConnectionString : null;
        await using var bare = await BareServer.StartAsync(bareFile, postgres);
        using var bareHttp = Product.Client(bare.Address);

        if (postgres is null)
        {
            var driver = Path.Combine(product.Folder, "driver.db");
            report.Add(new("bare driver, one row a commit", await Limits.SqliteRowsAsync(driver, source, 1, time), "1/s"));
            report.Add(new("bare driver, 64 rows a commit", await Limits.SqliteRowsAsync(driver, source, 64, time), "1/s"));
        }
        await using var database = postgres is null ? null : await Limits.PostgresAsync(postgres);

        // The first thousand requests meet code that is not compiled yet.
        await Load.RunAsync(16, TimeSpan.Zero, TimeSpan.FromSeconds(4), client => PlainAsync(http, tokens[client], source));
        await Load.RunAsync(16, TimeSpan.Zero, TimeSpan.FromSeconds(2), _ => BareAsync(bareHttp, source));

        foreach (var clients in clientCounts)
        {
            if (database is not null) report.Add(new($"bare driver, single inserts, {clients} clients", await Limits.PostgresRowsAsync(database, source, clients, time), "1/s"));
            var limit = await Load.RunAsync(clients, warm, time, _ => BareAsync(bareHttp, source));
            var ours = await Load.RunAsync(clients, warm, time, client => PlainAsync(http, tokens[client], source));
            Tell(report, "accept, no photo", clients, ours, limit.PerSecond, "bare endpoint", clients == clientCounts.Max() ? GoalPlain : null, ShareOfEndpoint);
        }
        foreach (var clients in clientCounts)
        {
            var limit = await Limits.FilesAsync(Path.Combine(product.Folder, "files"), clients, time);
            var ours = await Load.RunAsync(clients, warm, time, client => WithPhotoAsync(http, tokens[client], source));
            Tell(report, "accept, one photo of 300 KB", clients, ours, limit, "synced files", clients == clientCounts.Max() ? GoalPhoto : null, ShareOfDisk);
        }
        report.Add(new("memory, most during the run", product.MemoryMb("VmHWM"), "MB", Goal: "<= 700", Holds: product.MemoryMb("VmHWM") <= 700));
        return report.Finish(options);
    }

    private static void Tell(Report report, string what, int clients, LoadResult ours, double limit, string limitName, double? goal, double share)
    {
        var note = $"limit: {limitName}" + (ours.Failures > 0 ? $"; {ours.Failures} failed: {ours.FirstFailure}" : "");
        report.Add(new($"{what}, {clients} clients", ours.PerSecond, "1/s", limit, goal is null ? null : $">= {goal} and >= {share} of the limit",
            goal is null ? null : ours.PerSecond >= goal && ours.PerSecond >= share * limit && ours.Failures == 0, note));
        report.Add(new($"{what}, {clients} clients, p95", ours.Latencies.Percentile(0.95), "ms"));
    }

    private static Task PlainAsync(HttpClient http, string token, FindingSource source) =>
        FindingSource.PutAsync(http, token, Guid.CreateVersion7(), FindingSource.Bytes(source.Next()));

    private static Task BareAsync(HttpClient http, FindingSource source) =>
        FindingSource.PutAsync(http, "none", Guid.CreateVersion7(), FindingSource.Bytes(source.Next()), "/bare/");

    private static async Task WithPhotoAsync(HttpClient http, string token, FindingSource source)
    {
        var sha = await Photo.UploadAsync(http, token, Photo.Make());
        await FindingSource.PutAsync(http, token, Guid.CreateVersion7(), FindingSource.Bytes(source.Next(null, new FindingMedia { Sha256 = sha, CapturedAt = DateTime.UtcNow })));
    }
}
