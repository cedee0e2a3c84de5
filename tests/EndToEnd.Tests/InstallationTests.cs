using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>An empty installation gets its first administrator; a full one is backed up, restored and proved.</summary>
public sealed class InstallationTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_on_the_console_makes_the_first_administrator_once()
    {
        var folder = Directory.CreateTempSubdirectory("renda-first-").FullName;
        var port = FreePort();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "renda.dll"), "serve", "--data", folder, "--port", port.ToString()]) { RedirectStandardOutput = true })!;
        try
        {
            string? link = null;
            while (link is null && await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
                if (Regex.Match(line, "http://\\S+/first-administrator\\?code=\\w+") is { Success: true } found)
                    link = found.Value;
            Assert.NotNull(link);

            var page = await product.OpenAsync(390, 844);
            var guess = await page.GotoAsync(link[..^40] + new string('0', 40));
            Assert.Equal(404, guess!.Status);

            await page.GotoAsync(link);
            await page.GetByLabel("姓名").FillAsync("何文");
            await page.GetByLabel("账号").FillAsync("hewen");
            await page.GetByLabel("密码", new() { Exact = true }).FillAsync("short");
            await page.GetByLabel("再输一次密码").FillAsync("short");
            await page.GetByRole(AriaRole.Button, new() { Name = "建立账号" }).ClickAsync();
            await Expect(page.Locator(".error-summary")).ToContainTextAsync("密码至少 10 位");
            await Expect(page.GetByLabel("姓名")).ToHaveValueAsync("何文");

            await page.GetByLabel("密码", new() { Exact = true }).FillAsync("correct-horse-9");
            await page.GetByLabel("再输一次密码").FillAsync("correct-horse-9");
            await page.GetByRole(AriaRole.Button, new() { Name = "建立账号" }).ClickAsync();
            await Expect(page.Locator("h1")).ToContainTextAsync("何文，您好");
            await Product.PictureAsync(page, "first-administrator-home");

            var again = await (await product.OpenAsync()).GotoAsync(link);
            Assert.Equal(404, again!.Status);

            // A fresh browser signs in with the password, and not with a wrong one.
            var other = await product.OpenAsync();
            await other.GotoAsync($"http://127.0.0.1:{port}/sign-in");
            await Expect(other.Locator(".persona")).ToHaveCountAsync(0);
            await other.GetByLabel("账号").FillAsync("hewen");
            await other.GetByLabel("密码").FillAsync("wrong-horse-9");
            await other.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
            await Expect(other.Locator(".error-summary")).ToContainTextAsync("账号或密码不对");
            await other.GetByLabel("账号").FillAsync("hewen");
            await other.GetByLabel("密码").FillAsync("correct-horse-9");
            await other.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
            await Expect(other.Locator("h1")).ToContainTextAsync("何文，您好");

            // The password is changed; the other screen is asked to sign in again.
            await page.GotoAsync($"http://127.0.0.1:{port}/account");
            await page.GetByLabel("现在的密码").FillAsync("wrong-horse-9");
            await page.GetByLabel("新密码", new() { Exact = true }).FillAsync("better-horse-10");
            await page.GetByLabel("再输一次新密码").FillAsync("better-horse-10");
            await page.GetByRole(AriaRole.Button, new() { Name = "修改" }).ClickAsync();
            await Expect(page.Locator(".error-summary")).ToContainTextAsync("现在的密码不对");
            await Product.PictureAsync(page, "account-wrong-password", whole: true);
            await page.GetByLabel("现在的密码").FillAsync("correct-horse-9");
            await page.GetByLabel("新密码", new() { Exact = true }).FillAsync("better-horse-10");
            await page.GetByLabel("再输一次新密码").FillAsync("better-horse-10");
            await page.GetByRole(AriaRole.Button, new() { Name = "修改" }).ClickAsync();
            await Expect(page.Locator("[role=status]")).ToContainTextAsync("密码已改");
            await page.GotoAsync($"http://127.0.0.1:{port}/");
            await Expect(page.Locator("h1")).ToContainTextAsync("何文，您好");
            var third = await product.OpenAsync();
            await third.GotoAsync($"http://127.0.0.1:{port}/sign-in");
            await third.GetByLabel("账号").FillAsync("hewen");
            await third.GetByLabel("密码").FillAsync("correct-horse-9");
            await third.GetByRole(AriaRole.Button, new() { Name = "登录" }).ClickAsync();
            await Expect(third.Locator(".error-summary")).ToContainTextAsync("账号或密码不对");

            // A token opens the API until it is made void on the server.
            var (_, token, _) = await Product.RunAsync("token", "hewen", "--data", folder);
            using var api = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", token.Trim()) } };
            Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"http://127.0.0.1:{port}/api/v1/matters", Cancellation)).StatusCode);
            await page.GotoAsync($"http://127.0.0.1:{port}/account");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "全部作废" })).ToBeVisibleAsync();
            Assert.Equal((0, "1"), await Product.RunAsync("token", "hewen", "--revoke", "--data", folder) is var (code, said, _) ? (code, said.Trim()) : default);
            await page.ReloadAsync();
            await Expect(page.Locator("body")).ToContainTextAsync("没有有效的令牌");
            Assert.Equal(2, (await Product.RunAsync("token", "nobody", "--revoke", "--data", folder)).Code);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_backup_made_beside_the_running_server_restores_to_either_database()
    {
        var folder = Directory.CreateTempSubdirectory("renda-backup-").FullName;
        try
        {
            var file = Path.Combine(folder, "renda.tar");
            var made = await Product.RunAsync("backup", file, "--data", product.Data);
            Assert.True(made.Code == 0, made.Wrong);
            Assert.Equal([file], Directory.GetFiles(folder));
            Assert.Equal(1, (await Product.RunAsync("backup", file, "--data", product.Data)).Code);

            var restored = await Product.RunAsync("restore", file, "--data", Path.Combine(folder, "sqlite"));
            Assert.True(restored.Code == 0, restored.Wrong);
            var verified = await Product.RunAsync("verify", "--data", Path.Combine(folder, "sqlite"));
            Assert.True(verified.Code == 0, verified.Said + verified.Wrong);
            Assert.DoesNotContain("\"Matters\":0", verified.Said, StringComparison.Ordinal);
            Assert.Equal(1, (await Product.RunAsync("restore", file, "--data", Path.Combine(folder, "sqlite"))).Code);

            if (Environment.GetEnvironmentVariable("RENDA_TEST_POSTGRES") is not { Length: > 0 } server) return;
            var name = "t_" + Guid.NewGuid().ToString("N");
            await ExecuteAsync(server, $"CREATE DATABASE {name}");
            try
            {
                var connection = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
                var moved = await Product.RunAsync("restore", file, "--data", Path.Combine(folder, "postgres"), "--postgres", connection);
                Assert.True(moved.Code == 0, moved.Wrong);
                var proved = await Product.RunAsync("verify", "--data", Path.Combine(folder, "postgres"), "--postgres", connection);
                Assert.Equal((0, verified.Said), (proved.Code, proved.Said));

                // And back again: the same rows.
                var second = Path.Combine(folder, "second.tar");
                var back = await Product.RunAsync("backup", second, "--data", Path.Combine(folder, "postgres"), "--postgres", connection);
                Assert.True(back.Code == 0, back.Wrong);
            }
            finally
            {
                await ExecuteAsync(server, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("backup", "x.zip")]
    [InlineData("no-such-verb")]
    public async Task What_only_reads_makes_no_database(params string[] verb)
    {
        var folder = Path.Combine(Path.GetTempPath(), "renda-none-" + Guid.NewGuid().ToString("N"));
        var (code, _, wrong) = await Product.RunAsync([.. verb, "--data", folder]);
        Assert.Equal(verb[0] == "no-such-verb" ? 2 : 1, code);
        Assert.DoesNotContain("   at ", wrong, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task A_file_that_is_no_backup_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("renda-backup-").FullName;
        try
        {
            var file = Path.Combine(folder, "no.tar");
            await File.WriteAllTextAsync(file, new string('x', 2048), Cancellation);
            var answer = await Product.RunAsync("restore", file, "--data", Path.Combine(folder, "data"));
            Assert.Equal(1, answer.Code);
            Assert.NotEmpty(answer.Wrong);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("dance")]
    [InlineData("serve", "--prot", "1")]
    [InlineData("serve", "--port", "0")]
    [InlineData("backup")]
    public async Task A_wrong_call_is_told_how_it_goes(params string[] arguments)
    {
        var answer = await Product.RunAsync([.. arguments, "--data", Path.Combine(Path.GetTempPath(), "renda-wrong-call")]);
        Assert.Equal(2, answer.Code);
        Assert.Contains("renda backup FILE", answer.Wrong, StringComparison.Ordinal);
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
