using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pomona.Numerics.Reduction;

/// <summary>
/// Moments as a file, all numbers little endian: the eight bytes <c>POMMOM01</c> (the last two are the form's version);
/// int32 width; int64 count; the mean, width float64; the co-moments' upper triangle row by row from the diagonal,
/// width·(width+1)/2 float64; SHA-256 of everything before it. 6.6 MB for 1,280 features.
/// </summary>
public static class MomentsFile
{
    private const int HeaderBytes = 8 + sizeof(int) + sizeof(long);

    private static ReadOnlySpan<byte> Magic => "POMMOM01"u8;

    /// <summary>The file's length for so many features.</summary>
    public static int BytesOf(int width)
        => checked(HeaderBytes + (sizeof(double) * (width + (width * (width + 1) / 2))) + SHA256.HashSizeInBytes);

    /// <summary>Writes the moments.</summary>
    public static void Write(Moments moments, Stream output)
    {
        var coMoments = moments.CoMoments;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Math.Max(HeaderBytes, moments.Width * sizeof(double))];

        Magic.CopyTo(buffer);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(8), moments.Width);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(12), moments.Count);
        Emit(buffer.AsSpan(0, HeaderBytes));
        EmitNumbers(moments.Mean);
        for (var row = 0; row < moments.Width; row++)
            EmitNumbers(coMoments.UpperRow(row));
        output.Write(hash.GetHashAndReset());

        void EmitNumbers(ReadOnlySpan<double> numbers)
        {
            if (BitConverter.IsLittleEndian)
            {
                Emit(MemoryMarshal.AsBytes(numbers));
                return;
            }

            for (var i = 0; i < numbers.Length; i++)
                BinaryPrimitives.WriteDoubleLittleEndian(buffer.AsSpan(i * sizeof(double)), numbers[i]);
            Emit(buffer.AsSpan(0, numbers.Length * sizeof(double)));
        }

        void Emit(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            output.Write(bytes);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else, is cut short, or was changed.</exception>
    public static Moments Read(Stream input)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = new byte[HeaderBytes];
        Take(header);
        if (!header.AsSpan(0, 6).SequenceEqual(Magic[..6]))
            throw new InvalidDataException("this is not a file of moments: it does not begin with POMMOM.");
        if (!header.AsSpan(0, 8).SequenceEqual(Magic))
            throw new InvalidDataException("the moments are of another version than 01: write them again with this program.");

        var width = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        var count = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(12));
        if (width is < 1 or > Moments.WidestRow || count < 0)
            throw new InvalidDataException($"the moments' header is damaged: {count} rows of {width} numbers.");

        var mean = new double[width];
        TakeNumbers(mean);
        var coMoments = new SymmetricMatrix(width);
        for (var row = 0; row < width; row++)
            TakeNumbers(coMoments.UpperRow(row));
        coMoments.MirrorDiagonalBlocks();

        var expected = hash.GetHashAndReset();
        var stored = new byte[expected.Length];
        input.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false);
        if (!stored.AsSpan().SequenceEqual(expected))
            throw new InvalidDataException("the moments are damaged: their checksum does not match.");
        return new Moments(count, mean, coMoments);

        void TakeNumbers(Span<double> numbers)
        {
            var bytes = MemoryMarshal.AsBytes(numbers);
            Take(bytes);
            if (BitConverter.IsLittleEndian)
                return;
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        }

        void Take(Span<byte> bytes)
        {
            if (input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException("the moments are cut short.");
            hash.AppendData(bytes);
        }
    }
}
