using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace EndToEnd.Tests;

/// <summary>The data folder on a small disk of its own, filled under the running product.</summary>
public sealed class FullDiskTests
{
    private static int MattersIn(string verified) => JsonNode.Parse(verified)!["Matters"]!.GetValue<int>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_is_full_is_told_and_nothing_is_half_done()
    {
        var folder = Directory.CreateTempSubdirectory("renda-disk-").FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && await MountAsync("-t", "tmpfs", "-o", "size=700m", "renda-test", folder), "a small disk can be mounted by root only");
        try
        {
            await using (var server = await Server.StartAsync(folder, 0))
            {
                using var api = await server.ApiAsync("liyang");
                using var clerk = await server.ApiAsync("zhoumin");
                var campaign = await server.CampaignAsync();
                // What the demonstration brings beside findings.
                var before = MattersIn((await server.VerifyAsync()).Said);
                var kept = new List<Guid> { await Server.ReportAsync(api, campaign, "磁盘满之前") };
                var sha = await ShaAsync(api);

                var filler = Path.Combine(folder, "filler");
                for (var round = 0; round < 2; round++)
                {
                    await TruncateLogAsync(Path.Combine(folder, "renda.db"));
                    Fill(filler);
                    // Photos first: a new one does not fit.
                    var upload = await Server.UploadAsync(api, Server.Photo());
                    await RefusedAsync(upload);
                    // Findings until what the database still has in hand is used up: each is either kept or refused.
                    var refused = 0;
                    for (var i = 0; i < 400 && refused < 3; i++)
                    {
                        var id = Guid.CreateVersion7();
                        var answer = await api.PutAsJsonAsync($"/api/v1/visits/findings/{id}", Server.Finding(campaign, new string('满', 1000), sha), Cancellation);
                        if (answer.StatusCode == HttpStatusCode.Created) kept.Add(id);
                        else
                        {
                            await RefusedAsync(answer);
                            refused++;
                            Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync($"/api/v1/matters/{id}", Cancellation)).StatusCode);
                        }
                    }
                    Assert.Equal(3, refused);
                    // What is there can still be read.
                    Assert.Equal(HttpStatusCode.OK, (await clerk.GetAsync($"/api/v1/matters/{kept[0]}", Cancellation)).StatusCode);

                    File.Delete(filler);
                    Assert.True(server.Lives, await server.EndAsync());
                    kept.Add(await Server.ReportAsync(api, campaign, "有空间了"));
                }

                foreach (var id in kept) Assert.Equal(HttpStatusCode.OK, (await clerk.GetAsync($"/api/v1/matters/{id}", Cancellation)).StatusCode);
                Assert.True(server.Lives);
                var (code, said, wrong) = await server.VerifyAsync();
                Assert.True(code == 0, said + wrong);
                Assert.Equal(before + kept.Count, MattersIn(said));
            }
        }
        finally
        {
            await RunAsync("umount", folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RefusedAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.StatusCode is HttpStatusCode.InsufficientStorage or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(JsonNode.Parse(text)!["code"]!.ToString(), (string[])["storage.full", "storage.unavailable", "media.storage-full"]);
    }

    private static async Task<string> ShaAsync(HttpClient api)
    {
        var stored = await Server.UploadAsync(api, Server.Photo());
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        return stored.Headers.GetValues("Renda-Sha256").Single();
    }

    /// <summary>Takes every byte that is left.</summary>
    private static void Fill(string path)
    {
        using var file = File.Create(path);
        var block = new byte[64 << 10];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    // What SQLite's log has room for already would be written long after the disk is full.
    private static async Task TruncateLogAsync(string file)
    {
        await using var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 30 }.ToString());
        await db.OpenAsync(Cancellation);
        await using var command = db.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        for (var tries = 0; ; tries++)
        {
            await using (var answer = await command.ExecuteReaderAsync(Cancellation))
                if (await answer.ReadAsync(Cancellation) && answer.GetInt32(0) == 0) return;
            Assert.True(tries < 100, "the log is in use all the time");
            await Task.Delay(100, Cancellation);
        }
    }

    private static async Task<bool> MountAsync(params string[] arguments) => await RunAsync("mount", arguments);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
