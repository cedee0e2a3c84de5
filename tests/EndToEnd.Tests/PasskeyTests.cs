using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Renda.Platform.Accounts;
using static Microsoft.Playwright.Assertions;

namespace EndToEnd.Tests;

/// <summary>Passkeys and the second factor as a person meets them, in a browser whose authenticator is a virtual one.</summary>
public sealed class PasskeyTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // A passkey belongs to a name, and an address of numbers is none.
    private string Named => product.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    [Fact]
    public async Task A_passkey_is_added_named_used_without_a_name_and_removed()
    {
        var page = await product.OpenAsync();
        var device = await AuthenticatorAsync(page);
        await page.GotoAsync(Named + "/sign-in");
        await page.Locator("button.persona[value=shenguorong]").ClickAsync();
        await page.WaitForURLAsync("**/");
        await page.GotoAsync(Named + "/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "在这台设备上添加" }).ClickAsync();
        await Expect(page.Locator("#passkeys [role=status]").First).ToContainTextAsync("通行密钥已添加");
        await Expect(page.Locator("#passkeys input.input")).ToHaveCountAsync(1);

        // The same device cannot have two, and says so.
        await page.GetByRole(AriaRole.Button, new() { Name = "在这台设备上添加" }).ClickAsync();
        await Expect(page.Locator("#passkeys .said")).ToContainTextAsync("已经有这个账号的通行密钥");
        await page.Locator("#passkeys input.input").FillAsync("办公室电脑");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存名称" }).ClickAsync();
        await Expect(page.Locator("#passkeys input.input")).ToHaveValueAsync("办公室电脑");
        await Product.PictureAsync(page, "account-passkey", whole: true);

        // Signed out, the device alone opens the door; what it answered opens it once.
        await AutofillAsync(page, false);
        await SignOutAsync(page);
        var sent = page.WaitForRequestAsync("**/sign-in/passkey");
        await page.GetByRole(AriaRole.Button, new() { Name = "用通行密钥登录" }).ClickAsync();
        var request = await sent;
        await Expect(page.Locator("h1")).ToContainTextAsync("沈国荣，您好");
        using (var thief = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Named) })
        {
            using var again = new HttpRequestMessage(HttpMethod.Post, "/sign-in/passkey") { Content = new ByteArrayContent(request.PostDataBuffer!) };
            again.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
            again.Headers.Add("Cookie", (await request.AllHeadersAsync())["cookie"]);
            again.Headers.Add("Origin", Named);
            Assert.Contains("failed=passkey", (await thief.SendAsync(again, Cancellation)).Headers.Location!.ToString(), StringComparison.Ordinal);
        }
        await page.GotoAsync(Named + "/account");
        await Expect(page.Locator("#devices")).ToContainTextAsync("通行密钥");

        // A device that does not verify who holds it is not enough.
        await SignOutAsync(page);
        await device.VerifyAsync(false);
        await page.GetByRole(AriaRole.Button, new() { Name = "用通行密钥登录" }).ClickAsync();
        await Expect(page.Locator("passkey-form .said")).ToContainTextAsync("没有完成");
        await Product.PictureAsync(page, "sign-in-passkey-not-finished");
        await device.VerifyAsync(true);

        // Offered where the name is typed: the browser needs no press of ours.
        await AutofillAsync(page, true);
        await page.GotoAsync(Named + "/sign-in");
        await Expect(page.Locator("h1")).ToContainTextAsync("沈国荣，您好");

        // Removed, it opens nothing.
        await page.GotoAsync(Named + "/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "删除 办公室电脑" }).ClickAsync();
        await Expect(page.Locator("#passkeys input.input")).ToHaveCountAsync(0);
        await AutofillAsync(page, false);
        await SignOutAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "用通行密钥登录" }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("通行密钥没有通过");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_password_is_followed_by_a_code_and_a_passkey_stands_for_both()
    {
        var folder = Directory.CreateTempSubdirectory("renda-factor-").FullName;
        var port = Server.FreePort();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "renda.dll"), "serve", "--data", folder, "--port", port.ToString()]) { RedirectStandardOutput = true })!;
        try
        {
            string? link = null;
            while (link is null && await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
                if (Regex.Match(line, "http://\\S+/first-administrator\\?code=\\w+") is { Success: true } found)
                    link = found.Value.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
            var address = $"http://localhost:{port}";
            var page = await product.OpenAsync(390, 844);
            await page.GotoAsync(link!);
            await page.GetByLabel("姓名").FillAsync("何文");
            await page.GetByLabel("账号").FillAsync("hewen");
            await page.GetByLabel("密码", new() { Exact = true }).FillAsync("correct-horse-9");
            await page.GetByLabel("再输一次密码").FillAsync("correct-horse-9");
            await page.GetByRole(AriaRole.Button, new() { Name = "建立账号" }).ClickAsync();
            await Expect(page.Locator("h1")).ToContainTextAsync("何文，您好");

            // The administrator makes it a rule and is the first to be led to it.
            await page.GotoAsync(address + "/administration/sign-in");
            await page.GetByLabel("系统管理员").CheckAsync();
            await Product.PictureAsync(page, "sign-on-settings-phone", whole: true);
            await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
            await page.GotoAsync(address + "/");
            await page.WaitForURLAsync("**/account/second-factor");
            await Product.PictureAsync(page, "second-factor-phone", whole: true);
            var secret = Base32((await page.Locator("#secret").TextContentAsync())!);
            await page.GetByLabel("验证码").FillAsync("000 00");
            await page.GetByRole(AriaRole.Button, new() { Name = "开启" }).ClickAsync();
            await Expect(page.Locator(".error-summary")).ToContainTextAsync("没有开启");
            await page.GetByLabel("验证码").FillAsync(Code(secret, -1));
            await page.GetByRole(AriaRole.Button, new() { Name = "开启" }).ClickAsync();
            await Expect(page.Locator(".codes li")).ToHaveCountAsync(10);
            await Product.PictureAsync(page, "recovery-codes-phone", whole: true);
            await page.GetByRole(AriaRole.Link, new() { Name = "我已保存" }).ClickAsync();
            await Expect(page.Locator("body")).ToContainTextAsync("恢复码还剩 10 个");

            // Elsewhere the password alone is not enough; its code is, and the device is remembered.
            var other = await product.OpenAsync();
            await SignInAsync(other, address, "correct-horse-9");
            await other.WaitForURLAsync("**/sign-in/code*");
            await Product.PictureAsync(other, "sign-in-code");
            await other.GetByRole(AriaRole.Textbox, new() { Name = "验证码" }).FillAsync("123456");
            await other.GetByRole(AriaRole.Button, new() { Name = "继续" }).ClickAsync();
            await Expect(other.Locator(".error-summary")).ToContainTextAsync("没有通过");
            await Product.PictureAsync(other, "sign-in-code-wrong");
            await other.GetByRole(AriaRole.Textbox, new() { Name = "验证码" }).FillAsync(Code(secret, 0));
            await other.GetByLabel("这台设备 30 天内不再要验证码").CheckAsync();
            await other.GetByRole(AriaRole.Button, new() { Name = "继续" }).ClickAsync();
            await Expect(other.Locator("h1")).ToContainTextAsync("何文，您好");
            await other.GotoAsync(address + "/account");
            await Expect(other.Locator("#devices li")).ToHaveCountAsync(2);
            await Product.PictureAsync(other, "account-devices", whole: true);
            await SignOutAsync(other);
            await SignInAsync(other, address, "correct-horse-9");
            await Expect(other.Locator("h1")).ToContainTextAsync("何文，您好");

            // A passkey needs neither.
            await AuthenticatorAsync(other);
            await other.GotoAsync(address + "/account");
            await other.GetByRole(AriaRole.Button, new() { Name = "在这台设备上添加" }).ClickAsync();
            await Expect(other.Locator("#passkeys input.input")).ToHaveCountAsync(1);
            await SignOutAsync(other);
            await other.GotoAsync(address + "/sign-in");
            await Expect(other.Locator("h1")).ToContainTextAsync("何文，您好");

            // A wrong password and a name that does not exist take the same time, as well as getting the same answer.
            using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
            var (there, nowhere) = (new List<double>(), new List<double>());
            for (var i = 0; i < 4; i++)
            {
                there.Add(await GuessAsync(http, "hewen"));
                nowhere.Add(await GuessAsync(http, "no-such"));
            }
            var (a, b) = (there.Order().First(), nowhere.Order().First());
            Assert.True(a / b is > 0.4 and < 2.5, $"{a} ms and {b} ms");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> GuessAsync(HttpClient http, string name)
    {
        var page = await http.GetStringAsync("/sign-in", Cancellation);
        var token = Regex.Match(page, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var watch = Stopwatch.StartNew();
        var answer = await http.PostAsync("/sign-in/password", new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = name, ["password"] = "wrong-horse-9", ["__RequestVerificationToken"] = token }), Cancellation);
        var took = watch.Elapsed.TotalMilliseconds;
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?failed=wrong&from=%2F"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        return took;
    }

    private static async Task SignInAsync(IPage page, string address, string password)
    {
        await page.GotoAsync(address + "/sign-in");
        await page.GetByLabel("账号").FillAsync("hewen");
        await page.GetByLabel("密码").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "登录", Exact = true }).ClickAsync();
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.Locator("details.who summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "退出登录" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
    }

    private static string Code(byte[] secret, int steps) => Totp.Code(secret, Totp.Step(DateTime.UtcNow) + steps);

    private static byte[] Base32(string text)
    {
        var (bytes, bits, held) = (new List<byte>(), 0, 0);
        foreach (var c in text.Where(char.IsLetterOrDigit))
        {
            (bits, held) = (((bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal)) & 0xFFFF, held + 5);
            if (held < 8) continue;
            bytes.Add((byte)(bits >> (held - 8)));
            held -= 8;
        }
        return [.. bytes];
    }

    /// <summary>Whether the browser offers passkeys where a name is typed; a virtual device answers such an offer at once.</summary>
    private static Task AutofillAsync(IPage page, bool on) => page.EvaluateAsync("on => { if (on) delete localStorage.withoutAutofill; else localStorage.withoutAutofill = 1; }", on);

    private static async Task<Authenticator> AuthenticatorAsync(IPage page)
    {
        await page.AddInitScriptAsync("if (localStorage.withoutAutofill) PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        var made = await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object> { ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true },
        });
        return new Authenticator(devtools, made!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>A device that knows its owner or not; it is touched whenever it is asked.</summary>
    private sealed class Authenticator(ICDPSession devtools, string id)
    {
        public Task VerifyAsync(bool verified) => devtools.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = id, ["isUserVerified"] = verified });
    }
}
