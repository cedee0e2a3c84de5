using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace EndToEnd.Tests;

/// <summary>Two processes on one PostgreSQL: whoever is connected to one sees at once what is done on the other.</summary>
public sealed class TwoNodesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_node_tells_every_change_of_both_once_and_in_order()
    {
        var server = Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES");
        Assert.SkipWhen(server is null, "RENDA_TEST_POSTGRES is not set");
        var name = "nodes_" + Guid.NewGuid().ToString("N");
        var folder = Directory.CreateTempSubdirectory("renda-nodes-").FullName;
        await using var admin = new NpgsqlConnection(server);
        await admin.OpenAsync(Stop);
        await using (var create = new NpgsqlCommand($"CREATE DATABASE {name}", admin)) await create.ExecuteNonQueryAsync(Stop);
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
            await using var first = await Server.StartAsync(folder, 0, connection);
            await using var second = await Server.StartAsync(folder, 0, connection);
            using var clerkOfFirst = await first.ApiAsync("zhoumin");
            using var clerkOfSecond = await second.ApiAsync("zhoumin");
            using var screens = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            screens.CancelAfter(TimeSpan.FromSeconds(90));
            var (ready1, ready2) = (new TaskCompletionSource(), new TaskCompletionSource());
            var (seen1, seen2) = (ListenAsync(clerkOfFirst, ready1, 60, screens.Token), ListenAsync(clerkOfSecond, ready2, 60, screens.Token));
            await Task.WhenAll(ready1.Task, ready2.Task).WaitAsync(TimeSpan.FromSeconds(30), Stop);

            using var deputyOfFirst = await first.ApiAsync("liyang");
            using var deputyOfSecond = await second.ApiAsync("liyang");
            var campaign = await first.CampaignAsync();
            var photo = (await Server.UploadAsync(deputyOfFirst, Server.Photo())).Headers.GetValues("Renda-Sha256").Single();
            var ids = Enumerable.Range(0, 60).Select(_ => Guid.CreateVersion7()).ToList();
            await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (id, stop) =>
            {
                using var answer = await (ids.IndexOf(id) % 2 == 0 ? deputyOfFirst : deputyOfSecond)
                    .PutAsJsonAsync(new Uri($"/api/v1/visits/findings/{id}", UriKind.Relative), Server.Finding(campaign, "两个节点", photo), stop);
                Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            });

            foreach (var seen in (List<(long Seq, Guid Matter)>[])[await seen1, await seen2])
            {
                Assert.Equal(ids.Order(), seen.Select(s => s.Matter).Order());
                Assert.Equal(Enumerable.Range(0, 60).Select(i => seen[0].Seq + i), seen.Select(s => s.Seq));
            }
            Assert.Equal(0, (await first.VerifyAsync()).Code);
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await using (var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", admin)) await drop.ExecuteNonQueryAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The changes a screen is told, up to a number of them.</summary>
    private static async Task<List<(long Seq, Guid Matter)>> ListenAsync(HttpClient api, TaskCompletionSource ready, int count, CancellationToken stop)
    {
        using var answer = await api.GetAsync(new Uri("/api/v1/live?topics=matters", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, stop);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
        var seen = new List<(long, Guid)>();
        var (kind, data, id) = ("", "", 0L);
        while (seen.Count < count && await reader.ReadLineAsync(stop) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = long.Parse(line[4..]);
            else if (line.Length == 0 && kind == "ready") ready.TrySetResult();
            else if (line.Length == 0 && kind == "change") seen.Add((id, Guid.Parse(JsonNode.Parse(data)!["matter"]!.ToString())));
        }
        return seen;
    }
}
