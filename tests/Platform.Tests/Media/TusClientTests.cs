using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Renda.Platform.Media;

namespace Platform.Tests.Media;

/// <summary>The client that the product's pages use, under node, against our server: neither was written for the other.</summary>
public sealed class TusClientTests
{
    private const string Script = """
        const tus = require(process.env.TUS_CLIENT);
        const file = Buffer.from(require('fs').readFileSync(process.env.FILE));
        const send = (options) => new Promise((resolve, reject) => {
          let answer, cut = false;
          const upload = new tus.Upload(file, {
            endpoint: process.env.ENDPOINT, headers: { 'X-Account': process.env.ACCOUNT }, retryDelays: [0, 100], metadata: { filename: '电杆.jpg' }, uploadSize: file.length,
            onAfterResponse: (_, response) => { answer = response.getHeader('Renda-Sha256') ?? answer; },
            onError: reject, onSuccess: () => resolve({ answer, url: upload.url, cut }),
            onProgress: (sent) => { if (options.cut && !cut && sent > file.length / 2) { cut = true; upload.abort().then(() => upload.start()); } },
            ...options,
          });
          upload.start();
        });
        (async () => {
          const results = [
            await send({}),
            await send({ chunkSize: 10000 }),
            await send({ chunkSize: 10000, cut: true }),
            await send({ uploadDataDuringCreation: true }),
            await send({ chunkSize: 10000, uploadLengthDeferred: true, uploadSize: null }),
          ];
          await tus.Upload.terminate(results[0].url, { headers: { 'X-Account': process.env.ACCOUNT } });
          for (const { answer, cut } of results) console.log(answer, cut);
        })().catch((error) => { console.error(error); process.exit(1); });
        """;

    [Fact]
    public async Task Tus_js_client_uploads_in_every_way_it_knows()
    {
        var client = Client();
        Assert.SkipWhen(client is null, "tus-js-client is not installed: run npm ci");
        await using var server = await MediaServer.StartAsync();
        var file = MediaFiles.Jpeg(2000, 1500);
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("node", ["-e", Script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["TUS_CLIENT"] = client, ["FILE"] = path, ["ENDPOINT"] = new Uri(server.Address, "/api/v1/uploads").ToString(), ["ACCOUNT"] = MediaServer.LiYang.ToString(),
            },
        };
        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("node is not installed");
        }
        var error = node!.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = (await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await error);
        var sha = MediaFiles.ShaOf(file);
        Assert.Equal([sha + " false", sha + " false", sha + " true", sha + " false", sha + " false"], lines);
        await using var db = server.Database.CreateContext();
        Assert.Equal("电杆.jpg", (await db.Set<MediaItem>().SingleAsync(TestContext.Current.CancellationToken)).Name);
        Assert.Equal(4, await db.Set<Upload>().CountAsync(u => u.CompletedSha == sha, TestContext.Current.CancellationToken));
        File.Delete(path);
    }

    private static string? Client()
    {
        if (Environment.GetEnvironmentVariable("RENDA_TEST_TUS_CLIENT") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "node_modules", "tus-js-client");
            if (Directory.Exists(path)) return path;
        }
        return null;
    }
}
