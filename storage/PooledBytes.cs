using System.Buffers;

namespace Pomona.Storage;

/// <summary>Bytes in a buffer that goes back to the shared pool when disposed of.</summary>
public sealed class PooledBytes : IDisposable
{
    private byte[]? _buffer;

    /// <summary>Rents room for <paramref name="capacity"/> bytes, none of them filled yet.</summary>
    public PooledBytes(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>How many bytes are filled.</summary>
    public int Length { get; private set; }

    /// <summary>The filled bytes.</summary>
    public ReadOnlySpan<byte> Span => Buffer.AsSpan(0, Length);

    /// <summary>The filled bytes, in this buffer, which must outlive what is done with them.</summary>
    public ReadOnlyMemory<byte> Memory => Buffer.AsMemory(0, Length);

    /// <summary>The filled bytes as a stream over this buffer, which must outlive it.</summary>
    public MemoryStream AsStream() => new(Buffer, 0, Length, writable: false);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(PooledBytes));

    /// <summary>Fills the buffer from a stream, growing it where the stream is longer than announced.</summary>
    public async Task FillAsync(Stream source, CancellationToken cancellation)
    {
        int read;
        while ((read = await source.ReadAsync(Buffer.AsMemory(Length), cancellation).ConfigureAwait(false)) > 0)
        {
            Length += read;
            if (Length == Buffer.Length)
                Grow();
        }
    }

    /// <summary>Fills the buffer from an open file, without a stream's own buffer.</summary>
    public void Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        int read;
        while ((read = RandomAccess.Read(file, Buffer.AsSpan(Length), Length)) > 0)
        {
            Length += read;
            if (Length == Buffer.Length)
                Grow();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Grow()
    {
        if (Length == Array.MaxLength)
            throw new StoreException(StoreFault.Unreadable, "it is larger than 2 GiB");

        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Length * 2L));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(Buffer);
        _buffer = larger;
    }
}
