using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests;

/// <summary>A carrier's gateway: takes signed messages, and can be slow, broken or silent.</summary>
public sealed class Carrier : IAsyncDisposable
{
    public const string Key = "the key of the gateway in tests";
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Id, string Phone, string Code, int Status)> _seen = [];

    private Carrier(WebApplication app) => _app = app;

    /// <summary>Statuses of the next answers; 0 is none at all. 200 when there are no more.</summary>
    public ConcurrentQueue<int> Next { get; } = [];

    /// <summary>What came, whether it was taken or not; 401 where the signature was wrong.</summary>
    public List<(string Id, string Phone, string Code, int Status)> Seen => [.. _seen];

    public string Address => _app.Urls.First() + "/send";

    public static async Task<Carrier> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var carrier = new Carrier(app);
        app.MapPost("/send", carrier.TakeAsync);
        await app.StartAsync();
        return carrier;
    }

    /// <summary>The code last sent to a phone, once there are as many messages to it as asked for.</summary>
    public async Task<string> CodeAsync(string phone, int count = 1)
    {
        for (var i = 0; i < 200; i++)
        {
            var taken = Seen.Where(m => m.Phone == phone && m.Status == 200).ToList();
            if (taken.Count >= count) return taken[^1].Code;
            await Task.Delay(100);
        }
        throw new InvalidOperationException($"Nothing was sent to {phone}: {string.Join("; ", Seen)}");
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var at = request.Headers["Renda-Time"].ToString();
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(at + "\n" + body)));
        var message = JsonNode.Parse(body)!;
        var status = signature != request.Headers["Renda-Signature"] || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(at)) > 60 ? 401 : Next.TryDequeue(out var next) ? next : 200;
        _seen.Enqueue((message["id"]!.ToString(), message["phone"]!.ToString(), message["code"]!.ToString(), status));
        if (status == 0) await Task.Delay(TimeSpan.FromSeconds(30), request.HttpContext.RequestAborted);
        return Results.StatusCode(status == 0 ? 200 : status);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
