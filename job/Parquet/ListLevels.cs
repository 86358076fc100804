using System.Buffers.Binary;

namespace Pomona.Job.Parquet;

/// <summary>
/// Repetition and definition levels of a page of equally long lists, as a data page begins with them: each as its length
/// (int32) and runs of Parquet's RLE/bit-packing hybrid. A list's first entry repeats at level 0, its others at 1; every
/// entry is defined (1), or, when the lists are empty, is the sign of an empty list (0).
/// </summary>
internal static class ListLevels
{
    /// <summary>The levels' bytes.</summary>
    /// <param name="rows">Lists in the page, 1 or more.</param>
    /// <param name="width">Elements per list.</param>
    public static byte[] Encode(int rows, int width)
    {
        var bytes = new List<byte>();
        if (width <= 1)
        {
            AddRuns([(rows, 0)]);
        }
        else
        {
            var start = Begin();
            for (var row = 0; row < rows; row++)
            {
                AddRun(1, 0);
                AddRun(width - 1, 1);
            }

            End(start);
        }

        AddRuns([(checked(rows * Math.Max(width, 1)), (byte)(width == 0 ? 0 : 1))]);
        return [.. bytes];

        void AddRuns((int Count, byte Level)[] runs)
        {
            var start = Begin();
            foreach (var (count, level) in runs)
                AddRun(count, level);
            End(start);
        }

        int Begin()
        {
            bytes.AddRange([0, 0, 0, 0]);
            return bytes.Count;
        }

        void End(int start)
            => BinaryPrimitives.WriteInt32LittleEndian(
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)[(start - sizeof(int))..], bytes.Count - start);

        void AddRun(int count, byte level)
        {
            var header = (uint)count << 1;
            for (; header >= 0x80; header >>= 7)
                bytes.Add((byte)(header | 0x80));
            bytes.Add((byte)header);
            bytes.Add(level);
        }
    }
}
