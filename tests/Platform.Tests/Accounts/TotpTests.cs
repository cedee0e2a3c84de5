using System.Text;
using Renda.Platform.Accounts;

namespace Platform.Tests.Accounts;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>The vectors of RFC 6238, appendix B, cut to six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) => Assert.Equal(code, Totp.Code(Secret, Totp.Step(DateTime.UnixEpoch.AddSeconds(seconds))));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_be_one_step_off(int steps, bool accepted)
    {
        var now = new DateTime(2026, 11, 26, 9, 0, 15, DateTimeKind.Utc);
        Assert.Equal(accepted ? Totp.Step(now) + steps : null, Totp.Match(Secret, Totp.Code(Secret, Totp.Step(now) + steps), now));
    }

    [Fact]
    public void A_secret_is_typed_in_Base32()
    {
        Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Totp.Base32(Secret));
        Assert.Equal("MZXW6YQ", Totp.Base32("foob"u8));
        Assert.Equal("otpauth://totp/Renda:%E6%9D%8E%E9%98%B3?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Renda", Totp.Address("Renda", "李阳", Secret));
    }

    [Theory]
    [InlineData("１２３ ４５６", "123456")]
    [InlineData("123-456", "123456")]
    [InlineData(null, "")]
    [InlineData("<b>", "")]
    public void Digits_are_read_as_people_type_them(string? typed, string digits) => Assert.Equal(digits, Totp.Digits(typed));

    [Theory]
    [InlineData("13800138000", "13800138000")]
    [InlineData("+86 138 0013 8000", "13800138000")]
    [InlineData("１３８００１３８０００", "13800138000")]
    [InlineData("12800138000", null)]
    [InlineData("1380013800", null)]
    [InlineData("", null)]
    public void A_mobile_number_has_eleven_digits(string typed, string? number) => Assert.Equal(number, PhoneCodes.Number(typed));

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Windows 电脑上的 Edge 浏览器", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.42", "iPhone 上的微信", "WeChat on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 10; HarmonyOS; ELS-AN00) AppleWebKit/537.36 Chrome/114.0 HuaweiBrowser/15.0 Mobile Safari/537.36", "HarmonyOS 设备上的华为浏览器", "Huawei Browser on HarmonyOS")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15", "macOS 电脑上的 Safari 浏览器", "Safari on macOS")]
    [InlineData("curl/8", "浏览器", "a browser")]
    public void A_device_is_told_in_words(string agent, string zh, string en)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Headers.UserAgent = agent;
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Parse("203.0.113.77");
        var visitor = Visitor.Of(http);
        Assert.Equal((zh, en), (Visitor.Describe(visitor.Browser, visitor.RunsOn).Zh, Visitor.Describe(visitor.Browser, visitor.RunsOn).En));
        Assert.Equal("203.0.113.*", visitor.Address);
        Assert.Contains("renda-device=", http.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
    }
}
