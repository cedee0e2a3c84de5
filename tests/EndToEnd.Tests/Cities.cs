using Npgsql;

namespace EndToEnd.Tests;

/// <summary>The demo city without findings, made once for each database in a run: making it takes longer than what most tests do with it.</summary>
internal static class Cities
{
    private static readonly Lazy<Task<string>> Sqlite = new(() => MakeAsync(null)), Postgres = new(() => MakeAsync(Template));

    // Of this process: another run makes its own.
    private static string Template { get; } = $"t_city_{Environment.ProcessId}";

    /// <summary>Copies it to a folder and, where one is named, to an empty database in place of that.</summary>
    public static async Task CopyAsync(string data, string? postgres)
    {
        var from = await (postgres is null ? Sqlite : Postgres).Value;
        if (postgres is not null)
        {
            var name = new NpgsqlConnectionStringBuilder(postgres).Database!;
            // Whatever has looked at the empty one meanwhile is let go of.
            await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}");
        }
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from)) Directory.CreateDirectory(Path.Combine(data, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(data, Path.GetRelativePath(from, file));
            File.Copy(file, to);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(to, File.GetUnixFileMode(file));
        }
    }

    /// <summary>Throws away what was made.</summary>
    public static async Task ForgetAsync()
    {
        if (Sqlite.IsValueCreated) Directory.Delete(await Sqlite.Value, recursive: true);
        if (!Postgres.IsValueCreated) return;
        Directory.Delete(await Postgres.Value, recursive: true);
        await ExecuteAsync($"DROP DATABASE IF EXISTS {Template} WITH (FORCE)");
    }

    private static async Task<string> MakeAsync(string? database)
    {
        var folder = Directory.CreateTempSubdirectory("renda-city-").FullName;
        string? connection = null;
        if (database is not null)
        {
            await ExecuteAsync($"CREATE DATABASE {database}");
            connection = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES")) { Database = database }.ToString();
        }
        await using (await Server.StartAnywayAsync(folder, 0, connection))
        {
        }
        // A database is copied only while nobody is connected to it.
        if (database is not null) await ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        return folder;
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
