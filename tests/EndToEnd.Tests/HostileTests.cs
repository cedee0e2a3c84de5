using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>What a hostile sender may try over HTTP: always an answer, never a fault of ours, and the server lives on.</summary>
public sealed class HostileTests(Product product)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly string[] Names = ["../../etc/passwd", "..\\..\\win.ini", "/abs/olute.jpg", "a\0b.jpg", "<script>hit()</script>.jpg", "=cmd|' /C calc'!A0.jpg", new('长', 300), "", "CON", "photo.jpg\r\nX-Evil: 1"];

    [Fact]
    public async Task A_thousand_broken_files_are_each_taken_or_refused()
    {
        var random = new Random(20261124);
        using var api = await product.Server.ApiAsync("liyang");
        var samples = Samples();
        var answers = new Dictionary<HttpStatusCode, int>();
        var files = new List<(byte[] Bytes, string Type, string Name)>();
        foreach (var bomb in (byte[][])[PngBomb(), ZipBomb(), ExifLoop(samples[0]), [], [0], "<svg onload='hit()'/>"u8.ToArray()])
            files.Add((bomb, "image/jpeg", "bomb.jpg"));
        string[] types = ["image/jpeg", "image/png", "text/html", "application/x-msdownload", "video/mp4", "application/pdf"];
        while (files.Count < 1000)
        {
            // Broken files come in all sizes; large ones tell no more than their heads do.
            var bytes = Mutate(samples[files.Count % samples.Count], random);
            files.Add((bytes, types[files.Count % types.Length], Names[files.Count % Names.Length]));
        }
        var before = product.Server.PeakMb;
        await Parallel.ForEachAsync(files.Select((f, i) => (f, i)), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (item, cancellation) =>
        {
            var ((bytes, type, name), i) = item;
            HttpResponseMessage answer;
            if (i % 3 == 0)
            {
                answer = await Server.UploadAsync(api, bytes, "filename " + Convert.ToBase64String(Encoding.UTF8.GetBytes(name)));
            }
            else
            {
                using var content = new ByteArrayContent(bytes);
                content.Headers.ContentType = new MediaTypeHeaderValue(type);
                answer = await api.PostAsync("/api/v1/media?name=" + Uri.EscapeDataString(name), content, cancellation);
            }
            await ToldAsync(answer, $"file {i} ({type}, {bytes.Length} bytes)");
            lock (answers) answers[answer.StatusCode] = answers.GetValueOrDefault(answer.StatusCode) + 1;
        });
        Assert.True(product.Server.Lives);
        // Of so many some are harmless and most are not; otherwise nothing was tried.
        Assert.True(answers.Where(a => (int)a.Key >= 400).Sum(a => a.Value) > 300, string.Join(' ', answers));
        Assert.True(product.Server.PeakMb < Math.Max(before, 300) + 700, $"{before} MB before, {product.Server.PeakMb} MB at most");
        using var still = await product.ClientAsync("liyang");
        Assert.Equal(HttpStatusCode.OK, (await still.GetAsync("/visits/capture", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Bodies_made_wrong_after_the_description_of_the_api_are_refused_and_never_a_fault()
    {
        var random = new Random(20261125);
        using var deputy = await product.Server.ApiAsync("liyang");
        using var clerk = await product.Server.ApiAsync("zhoumin");
        var id = await product.ReportAsync("被人乱试的一件");
        var document = JsonNode.Parse(await deputy.GetStringAsync("/openapi/v1.json", Cancellation))!;
        var tried = 0;
        var operations = new List<(HttpMethod Method, string Path, JsonObject? Properties)>();
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in methods!.AsObject())
            {
                if (method is not ("put" or "post") || path.Contains("/uploads", StringComparison.Ordinal) || path.Contains("/media", StringComparison.Ordinal)) continue;
                var schema = operation!["requestBody"]?["content"]?["application/json"]?["schema"];
                if (schema?["$ref"] is { } reference) schema = document["components"]!["schemas"]![reference.ToString().Split('/')[^1]];
                operations.Add((new HttpMethod(method), path, schema?["properties"] as JsonObject));
            }
        }
        Assert.True(operations.Count >= 3, string.Join(' ', operations.Select(o => o.Path)));
        foreach (var (method, path, properties) in operations)
        {
            string[] actions = path.Contains("{action}", StringComparison.Ordinal) ? ["verify", "assign", "merge", "decline", "return", "extend", "no-such-action"] : [""];
            for (var i = 0; i < 120; i++)
            {
                var address = path.Replace("{id}", (i % 2 == 0 ? id : Guid.CreateVersion7()).ToString(), StringComparison.Ordinal).Replace("{action}", actions[i % actions.Length], StringComparison.Ordinal);
                using var request = new HttpRequestMessage(method, address) { Content = new ByteArrayContent(Body(properties, random, i)) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                await ToldAsync(await (i % 3 == 0 ? deputy : clerk).SendAsync(request, Cancellation), $"{method} {address}");
                tried++;
            }
        }
        Assert.True(tried >= 360);
        Assert.True(product.Server.Lives);
        var (code, said, wrong) = await product.Server.VerifyAsync();
        Assert.True(code == 0, said + wrong);
    }

    [Fact]
    public async Task A_body_longer_than_taken_closes_the_connection_and_says_so()
    {
        using var deputy = await product.Server.ApiAsync("liyang");
        foreach (var (length, closes) in ((int, bool)[])[(100, false), (40_000, true)])
        {
            using var body = new StringContent($"{{\"title\":\"{new string('长', length / 3)}\"}}", Encoding.UTF8, "application/json");
            using var answer = await deputy.PutAsync("/api/v1/todos/nobody/one", body, Cancellation);
            await ToldAsync(answer, $"{length} bytes");
            Assert.Equal(closes, answer.Headers.ConnectionClose ?? false);
        }
    }

    [Fact]
    public async Task A_script_in_every_text_is_text_on_every_page_and_a_formula_is_text_in_the_ledger()
    {
        const string script = "<script>window.hit=1</script><img src=x onerror=window.hit=1>\"'><svg/onload=window.hit=1>";
        const string formula = "=HYPERLINK(\"http://127.0.0.1/\",\"点我\")";
        var hostile = await product.ReportAsync(script);
        await product.ReportAsync(formula);
        using var clerk = await product.Server.ApiAsync("zhoumin");
        using var verified = new StringContent("{\"expectedVersion\":null,\"form\":{}}", Encoding.UTF8, "application/json");
        await ToldAsync(await clerk.PostAsync($"/api/v1/matters/{hostile}/actions/verify", verified, Cancellation), "verify");
        using var returned = new StringContent(new JsonObject { ["form"] = new JsonObject { ["reason"] = script } }.ToJsonString(), Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.OK, (await clerk.PostAsync($"/api/v1/matters/{hostile}/actions/return", returned, Cancellation)).StatusCode);

        foreach (var (who, pages) in ((string, string[])[])[("zhoumin", ["/visits?view=triage", "/visits?view=running", $"/matters/{hostile}", "/todos", "/"]), ("liyang", ["/visits?view=mine", $"/matters/{hostile}", "/notices", "/todos"])])
        {
            var page = await product.OpenAsync();
            var dialogs = 0;
            page.Dialog += (_, dialog) =>
            {
                dialogs++;
                _ = dialog.DismissAsync();
            };
            await Product.SignInAsync(page, who);
            foreach (var path in pages)
            {
                await page.GotoAsync(path);
                await page.WaitForLoadStateAsync();
                Assert.True(await page.EvaluateAsync<bool>("window.hit === undefined && ![...document.images].some(i => i.getAttribute('src') === 'x')"), $"{who} {path}");
            }
            // It is shown, as it was written: otherwise nothing was tried.
            await page.GotoAsync($"/matters/{hostile}");
            Assert.Contains("<script>window.hit=1</script>", await page.InnerTextAsync("body"), StringComparison.Ordinal);
            Assert.Equal(0, dialogs);
        }

        using var browser = await product.ClientAsync("zhoumin");
        var card = await UnpackAsync(browser, $"/visits/export/findings/{hostile}.docx");
        Assert.DoesNotContain("<script>", card, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", card, StringComparison.Ordinal);
        var ledger = await UnpackAsync(browser, "/visits/export/ledger.xlsx");
        Assert.Contains("HYPERLINK", ledger, StringComparison.Ordinal);
        // A cell of text is never counted; no cell of the ledger is a formula.
        Assert.DoesNotMatch("<(x:)?f[ >]", ledger);
    }

    private static async Task ToldAsync(HttpResponseMessage answer, string what)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)answer.StatusCode is >= 200 and < 300 or >= 400 and < 500, $"{what}: {(int)answer.StatusCode} {text}");
        if ((int)answer.StatusCode < 400) return;
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{what}: {(int)answer.StatusCode} {answer.Content.Headers.ContentType} {text}");
        Assert.False(string.IsNullOrEmpty(JsonNode.Parse(text)!["code"]?.ToString()), $"{what}: {text}");
    }

    private static List<byte[]> Samples()
    {
        var jpeg = Server.Photo();
        using var bitmap = SkiaSharp.SKBitmap.Decode(jpeg);
        using var small = bitmap.Resize(new SkiaSharp.SKImageInfo(160, 120), SkiaSharp.SKSamplingOptions.Default);
        byte[] Encode(SkiaSharp.SKEncodedImageFormat format) => small.Encode(format, 80).ToArray();
        return
        [
            jpeg, Encode(SkiaSharp.SKEncodedImageFormat.Jpeg), Encode(SkiaSharp.SKEncodedImageFormat.Png), Encode(SkiaSharp.SKEncodedImageFormat.Webp),
            Mp4(), "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"u8.ToArray(),
            Zip(("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"u8.ToArray()), ("word/document.xml", "<w:document/>"u8.ToArray())),
        ];
    }

    private static byte[] Mutate(byte[] sample, Random random)
    {
        var bytes = sample.ToArray();
        for (var n = random.Next(1, 12); n > 0 && bytes.Length > 8; n--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, 512) : bytes.Length);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)255; break;
                case 3: bytes = bytes[..Math.Max(4, at)]; break;
                case 4: bytes = [.. bytes[..at], .. bytes[random.Next(at, bytes.Length)..]]; break;
                // A length of four bytes that cannot be.
                default: for (var i = at; i < Math.Min(at + 4, bytes.Length); i++) bytes[i] = 255; break;
            }
        }
        return bytes;
    }

    private static byte[] Mp4()
    {
        static byte[] Box(string type, params byte[] content)
        {
            var size = BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(8 + content.Length));
            return [.. size, .. Encoding.ASCII.GetBytes(type), .. content];
        }
        return [.. Box("ftyp", [.. "isom"u8, 0, 0, 2, 0, .. "isomiso2mp41"u8]), .. Box("moov", Box("mvhd", new byte[100])), .. Box("mdat", new byte[64])];
    }

    /// <summary>60,000 by 60,000 pixels in a few kilobytes: ten gigabytes once unpacked.</summary>
    private static byte[] PngBomb()
    {
        static byte[] Chunk(string type, byte[] content)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
            var length = BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(content.Length));
            return [.. length, .. body, .. BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Crc(body)))];
        }
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zip.Write(new byte[4 << 20]);
        return [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, .. Chunk("IHDR", [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0]), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = 0xffffffffu;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc & 1) == 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
        return ~crc;
    }

    private static byte[] ZipBomb() => Zip(
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"u8.ToArray()), ("xl/workbook.xml", "<workbook/>"u8.ToArray()),
        ("xl/worksheets/sheet1.xml", new byte[96 << 20]), ("../../../evil.sh", "echo"u8.ToArray()));

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }

    /// <summary>An EXIF whose first directory names itself as the next.</summary>
    private static byte[] ExifLoop(byte[] jpeg)
    {
        byte[] tiff = [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0];
        byte[] body = [.. "Exif\0\0"u8, .. tiff];
        return [0xff, 0xd8, 0xff, 0xe1, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body, .. jpeg[2..]];
    }

    private static byte[] Body(JsonObject? properties, Random random, int i)
    {
        switch (i % 12)
        {
            case 0: return [];
            case 1: return "null"u8.ToArray();
            case 2: return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"form\":", 2000)) + "1" + new string('}', 2000));
            case 3: return [.. "{\"form\":{\"text\":\""u8, 0xff, 0xfe, 0xc3, 0x28, .. "\"},\"description\":\""u8, 0xc0, 0xaf, .. "\"}"u8];
            case 4: return Encoding.UTF8.GetBytes("[" + new string('[', 100) + new string(']', 100) + "]");
            case 5: return "{\"latitude\":NaN,\"expectedVersion\":1e999}"u8.ToArray();
            default: break;
        }
        var body = new StringBuilder("{");
        foreach (var name in (properties?.Select(p => p.Key) ?? []).Concat(["form", "__proto__", "reason"]).Distinct())
            body.Append(body.Length > 1 ? "," : "").Append(System.Text.Json.JsonSerializer.Serialize(name)).Append(':').Append(Value(random, 0));
        return Encoding.UTF8.GetBytes(body.Append('}').ToString());
    }

    private static string Value(Random random, int depth) => random.Next(depth > 2 ? 14 : 16) switch
    {
        0 => "null",
        1 => "true",
        2 => "-1",
        3 => "1e308",
        4 => "99999999999999999999",
        5 => "\"\"",
        6 => "\"" + new string('x', random.Next(1, 100_000)) + "\"",
        7 => "\"\\u0000\"",
        8 => "\"\\ud800\"",
        9 => "\"2026-13-45\"",
        10 => "\"" + Guid.NewGuid() + "\"",
        11 => "[]",
        12 => "{}",
        13 => "\"'; DROP TABLE matters; --\"",
        14 => "[" + Value(random, depth + 1) + "," + Value(random, depth + 1) + "]",
        _ => "{\"reason\":" + Value(random, depth + 1) + ",\"media\":" + Value(random, depth + 1) + ",\"leadUnit\":" + Value(random, depth + 1) + ",\"target\":" + Value(random, depth + 1) + ",\"until\":" + Value(random, depth + 1) + ",\"text\":" + Value(random, depth + 1) + "}",
    };

    private static async Task<string> UnpackAsync(HttpClient client, string address)
    {
        var answer = await client.GetAsync(address, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(Cancellation), ZipArchiveMode.Read);
        var text = new StringBuilder();
        foreach (var entry in zip.Entries.Where(e => e.Name.EndsWith(".xml", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open());
            text.Append(await reader.ReadToEndAsync(Cancellation));
        }
        return text.ToString();
    }
}
