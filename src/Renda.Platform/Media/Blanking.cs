namespace Renda.Platform.Media;

/// <summary>Places of a file to show as other bytes, leaving every other byte where it is.</summary>
internal sealed class Blanking
{
    private readonly List<(long Start, long End)> _zeros = [];
    private readonly List<(long Start, byte[] Bytes)> _writes = [];

    public void Zero(long start, long length)
    {
        if (length > 0 && start >= 0) _zeros.Add((start, start + length));
    }

    public void Write(long start, ReadOnlySpan<byte> bytes) => _writes.Add((start, bytes.ToArray()));

    /// <summary>The file as it may be shown. Owns the stream it is given.</summary>
    public Stream Over(Stream file)
    {
        _zeros.Sort();
        var merged = new List<(long Start, long End)>();
        foreach (var zero in _zeros)
        {
            if (merged.Count > 0 && zero.Start <= merged[^1].End) merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, zero.End));
            else merged.Add(zero);
        }
        return new BlankedStream(file, [.. merged], [.. _writes.OrderBy(w => w.Start)]);
    }

    private sealed class BlankedStream(Stream file, (long Start, long End)[] zeros, (long Start, byte[] Bytes)[] writes) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => file.Length;
        public override long Position { get => file.Position; set => file.Position = value; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var start = file.Position;
            var read = file.Read(buffer);
            Blank(start, buffer[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var start = file.Position;
            var read = await file.ReadAsync(buffer, cancellationToken);
            Blank(start, buffer.Span[..read]);
            return read;
        }

        private void Blank(long start, Span<byte> bytes)
        {
            var end = start + bytes.Length;
            for (var i = FirstEndingAfter(start); i < zeros.Length && zeros[i].Start < end; i++)
            {
                var from = (int)Math.Max(0, zeros[i].Start - start);
                var to = (int)Math.Min(bytes.Length, zeros[i].End - start);
                bytes[from..to].Clear();
            }
            // Few: one for each blanked box.
            foreach (var (at, value) in writes)
            {
                if (at >= end) break;
                for (var i = 0; i < value.Length; i++)
                    if (at + i >= start && at + i < end) bytes[(int)(at + i - start)] = value[i];
            }
        }

        private int FirstEndingAfter(long position)
        {
            int low = 0, high = zeros.Length;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (zeros[middle].End > position) high = middle;
                else low = middle + 1;
            }
            return low;
        }

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);
        public override void Flush() { }
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }
    }
}
