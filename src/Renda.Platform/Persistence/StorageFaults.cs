using Microsoft.Data.Sqlite;
using Npgsql;
using Renda.Platform.Media;

namespace Renda.Platform.Persistence;

/// <summary>Tells a disk or a database that cannot be written from a fault of the program: the one passes, and trying again helps.</summary>
public static class StorageFaults
{
    private static readonly Refusal Full = new("storage.full", new(
        "服务器存储空间已满，内容没有保存。请联系管理员，腾出空间后再试一次。", "The server's disk is full; nothing was saved. Tell the administrator, and try again when there is room."), 507);

    private static readonly Refusal Unavailable = new("storage.unavailable", new(
        "数据暂时无法写入或读取，内容没有保存。请稍后再试。", "The data cannot be written or read at the moment; nothing was saved. Please try again later."), 503);

    /// <summary>What to answer when this is, or was caused by, a failing store: 507 when it is full, 503 when it is read-only, failing or away; null for anything else.</summary>
    public static Refusal? Of(Exception? error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case SqliteException { SqliteErrorCode: 13 } or PostgresException { SqlState: PostgresErrorCodes.DiskFull }:
                case IOException when (e.HResult & 0xffff) == 28 || e.HResult == unchecked((int)0x80070070):
                    return Full;
                // Busy, read-only, I/O error, cannot open.
                case SqliteException { SqliteErrorCode: 5 or 8 or 10 or 14 } or MediaStorageException:
                case PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown }:
                case NpgsqlException { IsTransient: true }:
                    return Unavailable;
                default:
                    break;
            }
        }
        return null;
    }
}
