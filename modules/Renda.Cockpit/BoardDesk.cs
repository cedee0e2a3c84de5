using Microsoft.EntityFrameworkCore;
using Renda.Cockpit.Data;
using Renda.Platform;
using Renda.Platform.Access;
using Renda.Platform.Indicators;
using Renda.Platform.Modules;
using Renda.Platform.Persistence;
using Renda.Platform.Regions;

namespace Renda.Cockpit;

/// <summary>A board as somebody is offered it.</summary>
/// <param name="Board">The board.</param>
/// <param name="Stored">Its row; null for one that came with the product.</param>
/// <param name="MayEdit">Whether they may change it.</param>
public sealed record OfferedBoard(Board Board, StoredBoard? Stored, bool MayEdit);

/// <summary>Keeps the boards that are made here, each version of them, and offers them to those they are for.</summary>
public sealed class BoardDesk(IDbContextFactory<RendaDbContext> databases, BoardShelf shelf, RegionDirectory regions, IReadOnlyList<RendaModule> modules, TimeProvider time)
{
    /// <summary>Longest title of a board or a tile, in characters.</summary>
    public const int LongestTitle = 30;

    /// <summary>Most tiles of a board, and most boards of one author.</summary>
    public const int MostTiles = 40, MostBoards = 50;

    /// <summary>All that the actor is offered: those that came with the product first, then by title.</summary>
    public async Task<IReadOnlyList<OfferedBoard>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var rows = await (from b in Offered(db, actor) join v in db.Set<BoardVersion>() on new { BoardId = b.Id, b.Version } equals new { v.BoardId, v.Version } select new { b, v }).AsNoTracking().ToListAsync(cancellation);
        return
        [
            .. shelf.All.Where(b => shelf.IsFor(b, actor)).Select(b => new OfferedBoard(b, null, false)),
            .. rows.Select(r => new OfferedBoard(Of(r.v), r.b, MayEdit(r.b, actor))).Where(o => shelf.IsFor(o.Board, actor)).OrderBy(o => o.Board.Name.Zh, StringComparer.Ordinal),
        ];
    }

    /// <summary>A board, as it is now or was in a version; null where there is none that the actor is offered.</summary>
    public async Task<OfferedBoard?> FindAsync(string code, Actor actor, int? version, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(code, "D", out var id)) return version is null && shelf.Find(code) is { } shipped && shelf.IsFor(shipped, actor) ? new(shipped, null, false) : null;
        await using var db = databases.CreateDbContext();
        if (await Offered(db, actor).AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancellation) is not { } stored) return null;
        var number = version ?? stored.Version;
        return await db.Set<BoardVersion>().AsNoTracking().FirstOrDefaultAsync(v => v.BoardId == id && v.Version == number, cancellation) is { } kept && Of(kept) is var board && shelf.IsFor(board, actor) ? new(board, stored, MayEdit(stored, actor)) : null;
    }

    /// <summary>All versions of a board, the newest first, without their tiles.</summary>
    public async Task<IReadOnlyList<BoardVersion>> VersionsAsync(Guid id, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        return await db.Set<BoardVersion>().AsNoTracking().Where(v => v.BoardId == id).OrderByDescending(v => v.Version).Select(v => new BoardVersion { BoardId = id, Version = v.Version, Title = v.Title, SavedBy = v.SavedBy, At = v.At }).ToListAsync(cancellation);
    }

    /// <summary>Saves a board as a new version. The same again, as a retry sends it, changes nothing.</summary>
    /// <param name="id">Its id; a new one for a new board.</param>
    /// <param name="seen">The version that was changed; 0 for a new board.</param>
    /// <param name="title">Title.</param>
    /// <param name="reach">Who else is offered it.</param>
    /// <param name="tiles">Its tiles in any order.</param>
    /// <param name="actor">Who saves it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> SaveAsync(Guid id, int seen, string title, BoardReach reach, IReadOnlyList<Tile> tiles, Actor actor, CancellationToken cancellation)
    {
        title = title.Trim();
        var errors = Check(tiles);
        if (title.Length is 0 or > LongestTitle) errors.Insert(0, new("cockpit.title", new($"给它一个名字，最多 {LongestTitle} 字。", $"A name of at most {LongestTitle} characters."), Field: "title"));
        if (errors.Count > 0) return Refusal.Form(errors);

        await using var db = databases.CreateDbContext();
        var (now, written) = (time.GetUtcNow().UtcDateTime, Board.Write([.. tiles.OrderBy(t => t.Row).ThenBy(t => t.Column)]));
        var stored = await db.Set<StoredBoard>().FirstOrDefaultAsync(b => b.Id == id && b.RemovedAt == null, cancellation);
        if (stored is null)
        {
            if (seen != 0 || !actor.May(CockpitModule.Edit)) return Refusal.NotFound;
            if (await db.Set<StoredBoard>().CountAsync(b => b.AuthorId == actor.AccountId && b.RemovedAt == null, cancellation) >= MostBoards) return new("cockpit.too-many", new($"一个人最多 {MostBoards} 块屏，请先收起不用的。", $"At most {MostBoards} boards each; put one away first."), 409);
            db.Add(stored = new StoredBoard { Id = id, AuthorId = actor.AccountId, Region = BoardReader.PlaceOf(actor, regions).Code });
        }
        else
        {
            if (!MayEdit(stored, actor)) return Refusal.NotFound;
            var last = await db.Set<BoardVersion>().AsNoTracking().FirstAsync(v => v.BoardId == id && v.Version == stored.Version, cancellation);
            if (stored.Version == seen + 1 && last.AccountId == actor.AccountId && last.Title == title && last.Tiles == written && stored.Reach == reach) return null;
            if (stored.Version != seen) return new("cockpit.overtaken", new($"{last.SavedBy}刚刚保存了第 {last.Version} 版。您改的还在这里：先看看新的一版，再决定要不要保存。", $"{last.SavedBy} saved version {last.Version} meanwhile. What you changed is still here: look at theirs before you save."), 409);
        }
        (stored.Version, stored.Title) = (seen + 1, title);
        // Who else is offered it is the author's to say.
        if (stored.AuthorId == actor.AccountId) stored.Reach = reach;
        db.Add(new BoardVersion { BoardId = id, Version = stored.Version, Title = title, Tiles = written, AccountId = actor.AccountId, SavedBy = actor.Name, At = now });
        try
        {
            await db.SaveChangesAsync(cancellation);
            return null;
        }
        catch (DbUpdateException) when (!cancellation.IsCancellationRequested)
        {
            // Somebody was faster by a moment: told from what stands there now.
            db.ChangeTracker.Clear();
            return await db.Set<StoredBoard>().AnyAsync(b => b.Id == id && b.Version > seen, cancellation) ? await SaveAsync(id, seen, title, reach, tiles, actor, cancellation) : throw new InvalidOperationException("The board could not be saved.");
        }
    }

    /// <summary>Puts a board away; its versions stay in the database. Twice is once.</summary>
    public async Task<Refusal?> RemoveAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Set<StoredBoard>().AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, cancellation) is not { } stored || stored.AuthorId != actor.AccountId) return Refusal.NotFound;
        await db.Set<StoredBoard>().Where(b => b.Id == id && b.RemovedAt == null).ExecuteUpdateAsync(s => s.SetProperty(b => b.RemovedAt, time.GetUtcNow().UtcDateTime), cancellation);
        return null;
    }

    /// <summary>What is wrong with tiles, each at <c>t</c> and its place among them.</summary>
    public List<Refusal> Check(IReadOnlyList<Tile> tiles)
    {
        var errors = new List<Refusal>();
        if (tiles.Count is 0 or > MostTiles) errors.Add(new("cockpit.tiles", new($"放 1 到 {MostTiles} 块。", $"1 to {MostTiles} tiles."), Field: "tiles"));
        for (var i = 0; i < tiles.Count; i++)
        {
            var (t, name) = (tiles[i], tiles[i].Title.Zh);
            var (least, most) = Tile.Takes(t.Kind);
            if (name.Length is 0 or > LongestTitle) Wrong(i, $"第 {i + 1} 块要有标题，最多 {LongestTitle} 字。", $"Tile {i + 1} needs a heading of at most {LongestTitle} characters.");
            else if (t.Column < 1 || t.Row < 1 || t.Width < 1 || t.Height < 1 || t.Column + t.Width - 1 > Tile.Columns || t.Row + t.Height - 1 > Tile.Rows) Wrong(i, $"“{name}”超出了屏幕：横竖各 12 格。", $"“{name}” leaves the screen of 12 by 12.");
            else if (tiles.Take(i).FirstOrDefault(t.Overlaps) is { } under) Wrong(i, $"“{name}”和“{under.Title.Zh}”重叠了。", $"“{name}” overlaps “{under.Title.Zh}”.");
            else if (t.Indicators.Count < least || t.Indicators.Count > most) Wrong(i, least == 1 && most == 1 ? $"“{name}”要选一个指标。" : $"“{name}”要选 {least} 到 {most} 个指标。", $"“{name}” needs {least} to {most} indicators.");
            else if (t.Kind == TileKind.Funnel && modules.All(m => m.Id != t.Scenario || m.Procedures.Count == 0) && t.Scenario != Tile.Busiest) Wrong(i, $"“{name}”要选一个场景。", $"“{name}” needs a scenario.");
            else if (t.Kind is TileKind.Ranking && t.Most is < 3 or > 20) Wrong(i, $"“{name}”列 3 到 20 行。", $"“{name}” lists 3 to 20 lines.");
            else if (t.Kind == TileKind.Lights && t.Good == t.Poor) Wrong(i, $"“{name}”的绿灯线和红灯线不能一样。", $"Green and red of “{name}” cannot be the same.");
            else if (t.Kind is TileKind.Ranking or TileKind.Lights && t.By is not (IndicatorBy.Region or IndicatorBy.Unit or IndicatorBy.Category)) Wrong(i, $"“{name}”要选按什么分。", $"“{name}” has to be broken down by something.");
        }
        return errors;

        void Wrong(int tile, string zh, string en) => errors.Add(new("cockpit.tile", new(zh, en), Field: $"t{tile}"));
    }

    /// <summary>The first free place of a size, or of a smaller one; null where the board is full.</summary>
    public static (int Column, int Row, int Width, int Height)? Free(IReadOnlyList<Tile> tiles)
    {
        foreach (var (width, height) in ((int, int)[])[(3, 4), (3, 3), (2, 2), (1, 1)])
            for (var row = 1; row + height - 1 <= Tile.Rows; row++)
                for (var column = 1; column + width - 1 <= Tile.Columns; column++)
                    if (!tiles.Any(new Tile(TileKind.Figures, default, column, row, width, height).Overlaps)) return (column, row, width, height);
        return null;
    }

    private static Board Of(BoardVersion kept) => new(kept.BoardId.ToString("D"), new(kept.Title, kept.Title), Board.Read(kept.Tiles)) { Version = kept.Version };

    private static IQueryable<StoredBoard> Offered(RendaDbContext db, Actor actor)
    {
        var places = Places(actor, CockpitModule.View);
        var above = places.SelectMany(Chain).Distinct().ToList();
        return db.Set<StoredBoard>().Where(b => b.RemovedAt == null && (b.AuthorId == actor.AccountId || b.Reach != BoardReach.Own && places.Contains(b.Region) || b.Reach == BoardReach.Below && above.Contains(b.Region)));
    }

    private static bool MayEdit(StoredBoard board, Actor actor) => actor.May(CockpitModule.Edit) && (board.AuthorId == actor.AccountId || board.Reach != BoardReach.Own && Places(actor, CockpitModule.Edit).Contains(board.Region));

    private static List<long> Places(Actor actor, string permission) => [.. actor.Grants.Where(g => g.Role.Scope == RoleScope.Territory && g.Permissions.Contains(permission)).Select(g => g.Region).Distinct()];

    private static IEnumerable<long> Chain(long code)
    {
        for (RegionCode? at = new RegionCode(code); at is { } region; at = region.Parent) yield return region.Value;
    }
}
