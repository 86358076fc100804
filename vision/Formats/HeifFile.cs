using System.Buffers.Binary;

namespace Pomona.Vision.Formats;

/// <summary>
/// What a HEIF file (ISO/IEC 23008-12: HEIC, AVIF) says of its primary image before anything is decoded: its size, the
/// tiles it is made of, and where their bytes are. Decoders pass over bytes that are missing.
/// </summary>
internal sealed class HeifFile
{
    private readonly Dictionary<uint, Item> _items = [];
    private readonly List<(int Width, int Height)> _sizes = [];
    private readonly int _length;

    private HeifFile(int length) => _length = length;

    /// <summary>Columns of the picture as it is seen.</summary>
    public int Width { get; private set; }

    /// <summary>Rows, likewise.</summary>
    public int Height { get; private set; }

    /// <summary>Whether bytes of the picture, or of its opacity, lie beyond the end of the file.</summary>
    public bool IsDataMissing { get; private set; }

    /// <summary>Where each tile of a grid is seen; none for a picture of one piece.</summary>
    public IReadOnlyList<(int Left, int Top, int Width, int Height)> Tiles { get; private set; } = [];

    /// <summary>What becomes of luma 0 and colour differences 0, which decoders leave where a tile is missing.</summary>
    public (int Red, int Green, int Blue) Undecoded { get; private set; }

    /// <summary>Whether a file is HEIF, and whether its pictures are AV1's.</summary>
    public static bool IsHeif(ReadOnlySpan<byte> file, out bool isAvif)
    {
        isAvif = false;
        if (file.Length < 16 || !file[4..8].SequenceEqual("ftyp"u8))
            return false;
        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(file), (uint)file.Length);
        var isHeif = false;
        for (var at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            var brand = file.Slice(at, 4);
            isAvif |= brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8);
            isHeif |= brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8)
                || brand.SequenceEqual("heis"u8) || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8)
                || (at == 8 && (brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8)));
        }

        return isHeif || isAvif;
    }

    /// <summary>The size of the picture; null where the file ends before it says so.</summary>
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file) => Read(file) is { } read ? (read.Width, read.Height) : null;

    /// <summary>Reads it; null where there is no still picture, or the file ends before it is described.</summary>
    public static HeifFile? Read(ReadOnlySpan<byte> file)
    {
        var read = new HeifFile(file.Length);
        try
        {
            return read.ReadMeta(file) ? read : null;
        }
        catch (Exception cut) when (cut is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // Some box is shorter than what it must hold.
            return null;
        }
    }

    private bool ReadMeta(ReadOnlySpan<byte> file)
    {
        var boxes = new IsoBoxes(file);
        ReadOnlySpan<byte> meta = default;
        while (meta.IsEmpty && boxes.MoveNext())
        {
            if (boxes.Type.SequenceEqual("meta"u8))
                meta = boxes.IsCut ? throw new ArgumentOutOfRangeException(nameof(file)) : boxes.Content[4..];
        }

        var pitm = IsoBoxes.Find(meta, "pitm"u8);
        if (pitm.IsEmpty)
            return false;
        var primary = pitm[0] == 0 ? BinaryPrimitives.ReadUInt16BigEndian(pitm[4..]) : BinaryPrimitives.ReadUInt32BigEndian(pitm[4..]);
        ReadLocations(IsoBoxes.Find(meta, "iloc"u8), IsoBoxes.Find(meta, "idat"u8).Length);
        ReadProperties(IsoBoxes.Find(meta, "iprp"u8));
        ReadReferences(IsoBoxes.Find(meta, "iref"u8));
        if (!_items.TryGetValue(primary, out var image) || image.Size is not var (width, height))
            return false;

        IsDataMissing = IsMissing(image) || _items.Values.Any(item => item.AlphaOf == primary && IsMissing(item));
        var tiles = TilesOf(image, width, height);
        foreach (var turn in image.Turns)
            (width, height) = turn.Apply(width, height, tiles);
        (Width, Height, Tiles) = (width, height, tiles);
        Undecoded = ColourOfZero(image.Colour ?? image.Parts.Select(part => _items.GetValueOrDefault(part)?.Colour).FirstOrDefault());
        return true;
    }

    private List<(int Left, int Top, int Width, int Height)> TilesOf(Item image, int width, int height)
    {
        var tiles = new List<(int, int, int, int)>();
        if (image.Parts.Count < 2 || _items.GetValueOrDefault(image.Parts[0])?.Size is not var (tileWidth, tileHeight)
            || tileWidth < 1 || tileHeight < 1)
        {
            return tiles;
        }

        var columns = (width + tileWidth - 1) / tileWidth;
        for (var i = 0; i < image.Parts.Count; i++)
        {
            var (left, top) = (i % columns * tileWidth, i / columns * tileHeight);
            if (left < width && top < height)
                tiles.Add((left, top, Math.Min(tileWidth, width - left), Math.Min(tileHeight, height - top)));
        }

        return tiles;
    }

    private bool IsMissing(Item item) => item.IsCut || item.Parts.Exists(part => !_items.TryGetValue(part, out var tile) || tile.IsCut);

    private Item ItemOf(uint id)
    {
        if (!_items.TryGetValue(id, out var item))
            _items.Add(id, item = new Item());
        return item;
    }

    // iloc: for each item the extents of its bytes, in the file or in the box idat.
    private void ReadLocations(ReadOnlySpan<byte> box, int idatLength)
    {
        if (box.IsEmpty)
            return;
        var version = box[0];
        var (offsetSize, lengthSize, baseSize) = (box[4] >> 4, box[4] & 15, box[5] >> 4);
        var indexSize = version > 0 ? box[5] & 15 : 0;
        var reader = new Fields(box[6..]);
        for (var items = reader.Next(version < 2 ? 2 : 4); items > 0; items--)
        {
            var item = ItemOf((uint)reader.Next(version < 2 ? 2 : 4));
            var method = version > 0 ? reader.Next(2) & 15 : 0;
            reader.Next(2);
            var start = reader.Next(baseSize);
            // Extents without fields take no bytes, and a number of them costs nothing but time.
            var extents = reader.Next(2);
            for (extents = indexSize + offsetSize + lengthSize == 0 ? 0 : extents; extents > 0; extents--)
            {
                reader.Next(indexSize);
                var offset = (UInt128)start + reader.Next(offsetSize);
                var end = offset + reader.Next(lengthSize);
                item.IsCut |= method == 0 ? end > (ulong)_length : method == 1 && end > (ulong)idatLength;
            }
        }
    }

    // iprp: a list of properties, and for each item which of them it has, in the order in which they are to be obeyed.
    private void ReadProperties(ReadOnlySpan<byte> box)
    {
        var properties = new List<Property>();
        var boxes = new IsoBoxes(IsoBoxes.Find(box, "ipco"u8));
        while (boxes.MoveNext())
            properties.Add(Property.Of(boxes.Type, boxes.Content));

        var associations = IsoBoxes.Find(box, "ipma"u8);
        if (associations.IsEmpty)
            return;
        var (version, isWide) = (associations[0], (associations[3] & 1) != 0);
        var reader = new Fields(associations[4..]);
        for (var items = reader.Next(4); items > 0; items--)
        {
            var item = ItemOf((uint)reader.Next(version < 1 ? 2 : 4));
            for (var count = reader.Next(1); count > 0; count--)
            {
                // The highest bit says that the property is essential.
                var index = (int)(isWide ? reader.Next(2) & 0x7FFF : reader.Next(1) & 0x7F);
                if (index < 1 || index > properties.Count)
                    continue;
                var property = properties[index - 1];
                item.Size ??= property.Size;
                item.Colour ??= property.Colour;
                item.IsAlpha |= property.IsAlpha;
                if (property.Turn is { } turn)
                    item.Turns.Add(turn);
            }
        }
    }

    // iref: dimg from a grid to its tiles, auxl from opacity to its picture.
    private void ReadReferences(ReadOnlySpan<byte> box)
    {
        if (box.IsEmpty)
            return;
        var idSize = box[0] == 0 ? 2 : 4;
        var boxes = new IsoBoxes(box[4..]);
        while (boxes.MoveNext())
        {
            var reader = new Fields(boxes.Content);
            var from = ItemOf((uint)reader.Next(idSize));
            for (var count = reader.Next(2); count > 0; count--)
            {
                var to = (uint)reader.Next(idSize);
                if (boxes.Type.SequenceEqual("dimg"u8))
                    from.Parts.Add(to);
                else if (boxes.Type.SequenceEqual("auxl"u8) && from.IsAlpha)
                    from.AlphaOf = to;
            }
        }
    }

    // ISO/IEC 23091-2: the matrix's share of red and blue in luma, and whether codes use the full range.
    private static (int Red, int Green, int Blue) ColourOfZero((int Matrix, bool IsFull)? colour)
    {
        var (matrix, isFull) = colour ?? (6, true);
        var (red, blue) = matrix switch
        {
            0 => (0.0, 0.0), // red, green and blue themselves
            1 => (0.2126, 0.0722),
            9 or 10 => (0.2627, 0.0593),
            _ => (0.299, 0.114),
        };
        if (matrix == 0)
            return (0, 0, 0);
        var luma = isFull ? 0.0 : -16.0 * 255 / 219;
        var chroma = isFull ? -128.0 : -128.0 * 255 / 224;
        var fromCr = 2 * (1 - red) * chroma;
        var fromCb = 2 * (1 - blue) * chroma;
        var green = luma - (((red * fromCr) + (blue * fromCb)) / (1 - red - blue));
        return ((int)Math.Clamp(luma + fromCr, 0, 255), (int)Math.Clamp(green, 0, 255), (int)Math.Clamp(luma + fromCb, 0, 255));
    }

    private sealed class Item
    {
        public bool IsCut { get; set; }

        public bool IsAlpha { get; set; }

        public uint? AlphaOf { get; set; }

        public (int Width, int Height)? Size { get; set; }

        public (int Matrix, bool IsFull)? Colour { get; set; }

        public List<uint> Parts { get; } = [];

        public List<Turn> Turns { get; } = [];
    }

    private sealed record Property
    {
        public (int Width, int Height)? Size { get; private init; }

        public (int Matrix, bool IsFull)? Colour { get; private init; }

        public bool IsAlpha { get; private init; }

        public Turn? Turn { get; private init; }

        public static Property Of(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
        {
            if (type.SequenceEqual("ispe"u8))
            {
                return new Property
                {
                    Size = (ImageHeader.Clamp(BinaryPrimitives.ReadUInt32BigEndian(content[4..])),
                        ImageHeader.Clamp(BinaryPrimitives.ReadUInt32BigEndian(content[8..]))),
                };
            }

            if (type.SequenceEqual("colr"u8) && content.StartsWith("nclx"u8))
                return new Property { Colour = (BinaryPrimitives.ReadUInt16BigEndian(content[8..]), (content[10] & 0x80) != 0) };
            if (type.SequenceEqual("auxC"u8))
                return new Property { IsAlpha = content.IndexOf("alpha"u8) >= 0 || content.IndexOf("auxid:1"u8) >= 0 };
            if (type.SequenceEqual("irot"u8))
                return new Property { Turn = new Turn(Quarters: content[0] & 3) };
            if (type.SequenceEqual("imir"u8))
                return new Property { Turn = new Turn(Mirror: content[0] & 1) };
            return type.SequenceEqual("clap"u8) ? new Property { Turn = HeifFile.Turn.Crop(content) } : new Property();
        }
    }

    /// <summary>What is done to a picture before it is seen: turned to the left, mirrored, or cut.</summary>
    private sealed record Turn(int Quarters = 0, int Mirror = -1, (double Width, double Height, double Right, double Down)? Clip = null)
    {
        // Width, height, and how far the middle is moved, each a numerator and a denominator of 32 bits.
        public static Turn Crop(ReadOnlySpan<byte> content)
        {
            Span<double> values = stackalloc double[4];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = BinaryPrimitives.ReadInt32BigEndian(content[(8 * i)..])
                    / (double)BinaryPrimitives.ReadUInt32BigEndian(content[((8 * i) + 4)..]);
            }

            return new Turn(Clip: (values[0], values[1], values[2], values[3]));
        }

        /// <summary>The size afterwards; tiles are moved along.</summary>
        public (int Width, int Height) Apply(int width, int height, List<(int Left, int Top, int Width, int Height)> tiles)
        {
            if (Clip is var (clipWidth, clipHeight, right, down))
            {
                var left = (int)Math.Floor(right + ((width - clipWidth) / 2) + 0.5);
                var top = (int)Math.Floor(down + ((height - clipHeight) / 2) + 0.5);
                var (newWidth, newHeight) = (Math.Clamp((int)Math.Round(clipWidth), 0, width), Math.Clamp((int)Math.Round(clipHeight), 0, height));
                for (var i = tiles.Count - 1; i >= 0; i--)
                {
                    var tile = tiles[i];
                    var (x, y) = (Math.Max(tile.Left - left, 0), Math.Max(tile.Top - top, 0));
                    tiles[i] = (x, y, Math.Min(tile.Left + tile.Width - left, newWidth) - x, Math.Min(tile.Top + tile.Height - top, newHeight) - y);
                }

                tiles.RemoveAll(tile => tile.Width <= 0 || tile.Height <= 0);
                return (newWidth, newHeight);
            }

            for (var i = 0; i < tiles.Count; i++)
            {
                var tile = tiles[i];
                var (fromRight, fromBottom) = (width - tile.Left - tile.Width, height - tile.Top - tile.Height);
                tiles[i] = (Quarters, Mirror) switch
                {
                    (1, _) => (tile.Top, fromRight, tile.Height, tile.Width),
                    (2, _) => (fromRight, fromBottom, tile.Width, tile.Height),
                    (3, _) => (fromBottom, tile.Left, tile.Height, tile.Width),
                    // Axis 0 is a vertical one by the standard's second edition, and decoders have it so: top and bottom change.
                    (_, 0) => (tile.Left, fromBottom, tile.Width, tile.Height),
                    (_, 1) => (fromRight, tile.Top, tile.Width, tile.Height),
                    _ => tile,
                };
            }

            return (Quarters & 1) != 0 ? (height, width) : (width, height);
        }
    }

    private ref struct Fields(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public ulong Next(int size)
        {
            var value = 0UL;
            foreach (var one in _rest[..size])
                value = (value << 8) | one;
            _rest = _rest[size..];
            return value;
        }
    }
}
