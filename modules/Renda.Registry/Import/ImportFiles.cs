using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using MiniExcelLibs;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Audit;
using Renda.Platform.Persistence;

namespace Renda.Registry.Import;

/// <summary>Rows of an import as a file, with the reason of each, to be mended and brought again.</summary>
internal static class ImportFiles
{
    private const int Most = 100_000;

    public static async Task<IResult> RowsAsync(Guid id, string outcome, RendaDbContext db, Imports imports, AuditLog audit, HttpContext http)
    {
        var actor = await http.ActorAsync();
        var import = await db.Set<RosterImport>().AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && i.AccountId == actor.AccountId, http.RequestAborted);
        if (import is null || !Enum.TryParse<RowOutcome>(outcome, out var wanted) || !Enum.IsDefined(wanted)) return Refusal.NotFound.Problem();
        // It holds whole numbers: whoever takes it away is noted.
        await audit.NoteAsync(actor, "registry.export", nameof(RosterImport), id, $"{import.Name}：{outcome}", http.RequestAborted);
        var headers = JsonSerializer.Deserialize<List<string>>(import.Headers)!;
        List<string> columns = ["行", "情况", .. headers.Select((h, i) => h.Length > 0 ? h : $"第{i + 1}列")];
        for (var i = 0; i < columns.Count; i++)
            if (columns.IndexOf(columns[i]) < i) columns[i] += $"（{i + 1}）";
        var rows = await db.Set<RosterImportRow>().AsNoTracking().Where(r => r.ImportId == id && r.Outcome == wanted).OrderBy(r => r.Row).Take(Most).ToListAsync(http.RequestAborted);
        var file = new MemoryStream();
        await file.SaveAsAsync(rows.Select(r =>
        {
            IReadOnlyList<string> cells = [r.Row.ToString(), r.Text, .. imports.Cells(r)];
            return columns.Select((c, i) => (c, i < cells.Count ? cells[i] : "")).ToDictionary(p => p.c, object (p) => p.Item2);
        }), cancellationToken: http.RequestAborted);
        file.Position = 0;
        return Results.File(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", $"{Path.GetFileNameWithoutExtension(import.Name)}-{outcome}.xlsx");
    }
}
