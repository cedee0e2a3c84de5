using System.Text;
using Renda.Platform.Documents;

namespace Platform.Tests.Documents;

public sealed class CsvFileTests
{
    [Theory]
    [InlineData("plain 文字", "plain 文字")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData(" kept ", "\" kept \"")]
    // What a spreadsheet would run: also when it is a line of full-width signs, or spaces come first.
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+86", "\"'+86\"")]
    [InlineData("-2", "\"'-2\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("  =cmd|' /C calc'!A0", "\"'  =cmd|' /C calc'!A0\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("3-2=1", "3-2=1")]
    public async Task A_cell_is_read_back_as_a_text(string cell, string written)
    {
        using var to = new MemoryStream();
        var file = new CsvFile(to);
        await file.RowAsync(TestContext.Current.CancellationToken, "h", cell);
        await file.RowAsync(TestContext.Current.CancellationToken, "x", null);
        await file.EndAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"\ufeffh,{written}\r\nx,\r\n", Encoding.UTF8.GetString(to.ToArray()));
    }

    [Fact]
    public async Task Rows_are_passed_on_while_more_are_written()
    {
        using var to = new MemoryStream();
        var file = new CsvFile(to);
        var longest = 0L;
        for (var i = 0; i < 100_000; i++)
        {
            await file.RowAsync(TestContext.Current.CancellationToken, "0123456789");
            longest = Math.Max(longest, (i + 1) * 12L - to.Length);
        }
        Assert.InRange(longest, 1, 40_000);
    }
}
