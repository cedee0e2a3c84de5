using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Renda.Platform.Media;

/// <summary>Writes what a sender sends to a file, telling the sender's failures from the disk's.</summary>
internal static class Incoming
{
    public readonly record struct Outcome(long Written, bool Interrupted, bool TooLong);

    /// <summary>
    /// Copies until the end of the body or of the room there is. What arrived before an interruption is written too.
    /// </summary>
    /// <exception cref="MediaStorageException">The file cannot be written.</exception>
    public static async Task<Outcome> CopyAsync(Stream body, SafeFileHandle file, long offset, long room, IncrementalHash?[] hashes, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 << 10);
        try
        {
            long written = 0;
            while (true)
            {
                int filled = 0, read = -1;
                var interrupted = false;
                try
                {
                    while (filled < buffer.Length && (read = await body.ReadAsync(buffer.AsMemory(filled), ct)) > 0) filled += read;
                }
                // A broken connection, a body slower than allowed, a malformed one, or another request taking over.
                catch (Exception e) when (e is IOException or OperationCanceledException or InvalidDataException)
                {
                    interrupted = true;
                }
                var take = (int)Math.Min(filled, room - written);
                var bytes = buffer.AsSpan(0, take);
                Guard(() => RandomAccess.Write(file, buffer.AsSpan(0, take), offset + written));
                foreach (var hash in hashes) hash?.AppendData(bytes);
                written += take;
                if (take < filled) return new Outcome(written, false, true);
                if (interrupted) return new Outcome(written, true, false);
                if (read == 0) return new Outcome(written, false, false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Runs work on the store's disk.</summary>
    public static void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaStorageException(e);
        }
    }
}
