namespace Pomona.Vision.Imaging;

/// <summary>
/// Keeps the pixels of large images from one to the next, whatever thread decodes it: memory that comes fresh from the system
/// costs as much as half of decoding a photograph into it. It holds what a budget has room for, and no more.
/// </summary>
/// <param name="capacity">The budget's bytes, of images in use and on the shelf together.</param>
public sealed class PixelShelf(long capacity) : IDisposable
{
    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private readonly List<RgbImage> _idle = [];
    private long _idleBytes;

    /// <summary>Gives an image memory from the shelf, if some fits, and frees what the shelf has no room for any more.</summary>
    /// <param name="image">Is about to become an image of so many bytes; what it held is lost.</param>
    /// <param name="bytes">Its pixels'.</param>
    /// <param name="inUse">Of the budget, this image included.</param>
    public void Take(RgbImage image, long bytes, long inUse)
    {
        ArgumentNullException.ThrowIfNull(image);
        lock (_gate)
        {
            var fits = _idle.FindIndex(idle => idle.Holds(bytes));
            if (fits >= 0)
            {
                using var found = Remove(fits);
                image.ExchangeWith(found);
            }

            while (_idle.Count > 0 && _idleBytes + inUse > capacity)
                Remove(0).Dispose();
        }
    }

    /// <summary>Takes a large image's memory, if there is room; the image is one of a single pixel then, as it is otherwise.</summary>
    /// <param name="image">Is not needed any more.</param>
    /// <param name="inUse">Of the budget, by other images.</param>
    public void Put(RgbImage image, long inUse)
    {
        ArgumentNullException.ThrowIfNull(image);
        lock (_gate)
        {
            if (image.IsLarge && _idleBytes + image.Capacity + inUse <= capacity)
            {
                var kept = new RgbImage();
                kept.ExchangeWith(image);
                _idle.Add(kept);
                _idleBytes += kept.Capacity;
            }
        }

        image.Reset(1, 1);
    }

    /// <summary>Frees all that is on it.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            while (_idle.Count > 0)
                Remove(0).Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private RgbImage Remove(int index)
    {
        var image = _idle[index];
        _idle.RemoveAt(index);
        _idleBytes -= image.Capacity;
        return image;
    }
}
