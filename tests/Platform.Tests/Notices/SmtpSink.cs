using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Platform.Tests.Notices;

/// <summary>A mail server that keeps what it is given, and can refuse, put off or break off.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string To, string Id, string Raw)> _taken = [];
    private readonly Task _serving;
    private int _connections;

    public SmtpSink()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"smtp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What the next recipients or texts are answered: <c>rcpt 450</c>, <c>rcpt 550</c>, <c>data 451</c>, <c>data 554</c>, <c>drop</c> after the text was kept, <c>drop-lost</c> in the middle of it. Taken when there are no more.</summary>
    public ConcurrentQueue<string> Next { get; } = [];

    /// <summary>What was kept: to whom, Message-ID, all of it.</summary>
    public IReadOnlyList<(string To, string Id, string Raw)> Taken => [.. _taken];

    public int Connections => _connections;

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using (client)
        {
            try
            {
                using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                await SayAsync("220 sink.renda.example ESMTP");
                var to = "";
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                    if (verb is "EHLO" or "HELO") await SayAsync("250-sink.renda.example\r\n250-8BITMIME\r\n250 SMTPUTF8");
                    else if (verb == "RCPT")
                    {
                        to = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                        await SayAsync(Scripted("rcpt ") is { } answer ? answer + " not now or never" : "250 ok");
                    }
                    else if (verb == "DATA")
                    {
                        await SayAsync("354 go on");
                        var raw = new StringBuilder();
                        var broken = Scripted("drop-lost") is not null;
                        while (await reader.ReadLineAsync(_stop.Token) is { } text && text != ".")
                        {
                            raw.AppendLine(text);
                            if (broken) return;
                        }
                        if (Scripted("data ") is { } answer)
                        {
                            await SayAsync(answer + " not taken");
                            continue;
                        }
                        var all = raw.ToString();
                        var id = all.Split('\n').First(l => l.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
                        _taken.Enqueue((to, id, all));
                        // Kept, and the answer lost: the sender cannot know.
                        if (Scripted("drop") is not null) return;
                        await SayAsync("250 kept");
                    }
                    else if (verb == "QUIT")
                    {
                        await SayAsync("221 bye");
                        return;
                    }
                    else await SayAsync("250 ok");
                }

                async Task SayAsync(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The other side went away.
            }
        }

        string? Scripted(string kind)
        {
            if (!Next.TryPeek(out var next) || !(kind.EndsWith(' ') ? next.StartsWith(kind, StringComparison.Ordinal) : next == kind)) return null;
            Next.TryDequeue(out _);
            return next[(next.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }
}
