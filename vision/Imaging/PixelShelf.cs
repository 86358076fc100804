using System.Runtime.InteropServices;

namespace Pomona.Vision.Imaging;

/// <summary>
/// Keeps the memory of large images from one to the next, whatever thread decodes it and whichever way round it is: memory that
/// comes fresh from the system costs as much as half of decoding a photograph into it. It holds what a budget has room for, and
/// no more.
/// </summary>
/// <param name="capacity">The budget's bytes, of images in use and on the shelf together.</param>
/// <param name="inUse">The budget's bytes that are in use now.</param>
public sealed class PixelShelf(long capacity, Func<long> inUse) : IDisposable
{
    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private readonly List<PixelBlock> _idle = [];
    private long _idleBytes;

    /// <summary>Frees what the budget has no room for any more; to be called when more of it has come into use.</summary>
    public void MakeRoom() => Free(() => _idleBytes + inUse() > capacity);

    /// <summary>Frees all that is on it.</summary>
    public void Clear() => Free(static () => true);

    /// <inheritdoc/>
    public void Dispose() => Clear();

    /// <summary>The smallest memory on it that fits an image of so many bytes, or none.</summary>
    internal PixelBlock Take(long bytes)
    {
        lock (_gate)
        {
            var best = -1;
            for (var i = 0; i < _idle.Count; i++)
            {
                if (_idle[i].Fits(bytes) && (best < 0 || _idle[i].Bytes < _idle[best].Bytes))
                    best = i;
            }

            return best < 0 ? default : Remove(best);
        }
    }

    /// <summary>Keeps memory: what the budget then has no room for goes, that which nobody took for longest first.</summary>
    internal void Put(PixelBlock block)
    {
        lock (_gate)
        {
            _idle.Add(block);
            _idleBytes += block.Bytes;
            MakeRoom();
        }
    }

    private void Free(Func<bool> more)
    {
        lock (_gate)
        {
            while (_idle.Count > 0 && more())
                Remove(0).Free();
        }
    }

    private PixelBlock Remove(int index)
    {
        var block = _idle[index];
        _idle.RemoveAt(index);
        _idleBytes -= block.Bytes;
        return block;
    }
}

/// <summary>
/// Memory for pixels. It is native, so that one huge photo among small ones goes back to the system at once and does not stay in
/// the garbage collector's large object heap.
/// </summary>
/// <param name="Address">Where it begins, a multiple of 64.</param>
/// <param name="Bytes">Of pixels; <see cref="RgbImage.Padding"/> more may be read.</param>
internal readonly unsafe record struct PixelBlock(nint Address, long Bytes)
{
    // Below this an image keeps its memory.
    private const long SmallBytes = 4 << 20;

    /// <summary>Whether it is kept only where a budget weighs it.</summary>
    public bool IsLarge => Bytes > SmallBytes;

    public static PixelBlock Allocate(long bytes)
    {
        var pixels = (byte*)NativeMemory.AlignedAlloc((nuint)bytes + RgbImage.Padding, 64);
        new Span<byte>(pixels + bytes, RgbImage.Padding).Clear();
        return new PixelBlock((nint)pixels, bytes);
    }

    /// <summary>Whether it has room for so many bytes, and where it is large not twice as much: they are what is weighed.</summary>
    public bool Fits(long bytes) => Bytes >= bytes && (!IsLarge || bytes >= Bytes / 2);

    public void Free() => NativeMemory.AlignedFree((void*)Address);
}
