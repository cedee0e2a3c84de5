using Renda.Platform.OpenId;

namespace Platform.Tests.Accounts;

/// <summary>Keys of sign-on: kept, taken over in time, believed a while, and the same for every node.</summary>
public sealed class SignOnKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renda-keys-").FullName;
    private readonly Clock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_is_made_once_and_found_again_after_a_start()
    {
        using var first = new SignOnKeys(_folder, _clock);
        using var second = new SignOnKeys(_folder, _clock);
        Assert.Equal(first.All().Single().Sealing.Key, second.All().Single().Sealing.Key);
        Assert.Equal(first.All()[0].Signing.Rsa.ExportParameters(false).Modulus, second.All()[0].Signing.Rsa.ExportParameters(false).Modulus);
        var file = Assert.Single(Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void The_next_is_published_a_week_before_and_the_last_believed_a_month_after()
    {
        using var keys = new SignOnKeys(_folder, _clock);
        var first = keys.All()[0].From;
        var changed = 0;
        using var watch = Microsoft.Extensions.Primitives.ChangeToken.OnChange(((Microsoft.Extensions.Options.IOptionsChangeTokenSource<OpenIddict.Server.OpenIddictServerOptions>)keys).GetChangeToken, () => changed++);

        After(82);
        Assert.Equal([first], keys.All().Select(k => k.From));
        After(83);
        Assert.Equal([first, first.AddDays(90)], keys.All().Select(k => k.From));
        After(90);
        Assert.Equal([first.AddDays(90), first], keys.All().Select(k => k.From));
        After(120);
        Assert.Equal(2, keys.All().Count);
        After(121);
        Assert.Equal([first.AddDays(90)], keys.All().Select(k => k.From));
        Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal(3, changed);

        // Long asleep: the old one goes on for the week in which the new one becomes known.
        After(1000);
        Assert.Equal([first.AddDays(90), first.AddDays(1007)], keys.All().Select(k => k.From));

        void After(int days)
        {
            _clock.Now = _clock.Began.AddDays(days);
            keys.Refresh();
        }
    }

    [Fact]
    public async Task Nodes_that_start_at_once_agree()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            using var keys = new SignOnKeys(_folder, _clock);
            return Convert.ToBase64String(keys.All().Single().Sealing.Key);
        })));
        Assert.Single(made.Distinct());
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void A_file_that_holds_no_key_is_named_and_not_replaced(string text)
    {
        var path = Path.Combine(_folder, "2026-11-26.pem");
        File.WriteAllText(path, text);
        using var keys = new SignOnKeys(_folder, _clock);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => keys.All()).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Began { get; } = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

        public DateTimeOffset Now { get; set; } = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
