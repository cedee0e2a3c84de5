using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Renda.Platform.Persistence;

/// <summary>
/// Copies SQLite's write-ahead log into the database file beside those who write. Left to SQLite, the commit that fills
/// a thousand pages does it, and under load that is every commit: a few dozen matters change as many pages.
/// </summary>
public sealed class LogKeeper(IDbContextFactory<RendaDbContext> databases, DatabaseSettings settings, TimeProvider time, ILogger<LogKeeper> log) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Provider != DatabaseProvider.Sqlite) return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await using var db = databases.CreateDbContext();
                    // PASSIVE waits for nobody and makes nobody wait. What it cannot do now it does a second later; a log
                    // of 100 MB (wal_autocheckpoint) is copied by the commit that fills it after all.
                    await db.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(PASSIVE)", stoppingToken);
                }
                catch (System.Data.Common.DbException e)
                {
                    log.LogWarning(e, "The log could not be copied into the database; tried again");
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; closing the last connection copies the rest.
        }
    }
}
