using System.Security.Cryptography;
using Pomona.Job.Parquet;

namespace Pomona.Job.Tests.Parquet;

public sealed class PartTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(300, 1280)]
    [InlineData(2100, 1280)]
    [InlineData(40_000, 2)]
    public void What_is_written_is_read_again(int rows, int width)
    {
        using var reader = new PartReader(SmallPart.Write(rows, width, "components"));

        Assert.Equal(rows == 0 ? 0 : width, reader.Width);
        var row = 0;
        while (reader.ReadRowGroup(out var images, out var labels, out var values, out var count))
        {
            Assert.Equal((count, count), (images.Length, labels.Length));
            for (var i = 0; i < count; i++, row++)
            {
                Assert.Equal((SmallPart.Image(row), SmallPart.Label(row)), (images[i], labels[i]));
                Assert.True(values.AsSpan(i * width, width).SequenceEqual(SmallPart.Values(row, width)), $"row {row}");
            }
        }

        Assert.Equal(rows, row);
    }

    [Fact]
    public void Equal_rows_give_equal_bytes()
        => Assert.Equal(SmallPart.Write(1500, 333), SmallPart.Write(1500, 333));

    // The bytes are those of ParquetSharp 25.0.1.2; where this fails, PartLayout.Form is to change too.
    [Fact]
    public void The_bytes_of_a_part_change_only_with_its_form()
    {
        var known = "Parquet, zstd, 2: 3A72757F90869A890100B0EC5DB1731348C6C70E913162B80673F33BD51B1365";
        var part = $"{PartLayout.Form}: {Convert.ToHexString(SHA256.HashData(SmallPart.Write(300, 7)))}";
        Assert.True(known == part, part);
    }

    // Spark's .NET worker is an older program with an older Apache.Arrow, which ParquetSharp names for calls that parts have
    // no use for.
    [Fact]
    public void Parts_are_written_and_read_without_Apache_Arrow_of_NET()
    {
        ReadAll(SmallPart.Write(9, 9));

        Assert.Contains(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "ParquetSharp");
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "Apache.Arrow");
    }

    [Fact]
    public void A_row_group_holds_at_most_five_megabytes()
    {
        using var reader = new PartReader(SmallPart.Write(2100, 1280));
        var counts = new List<int>();
        while (reader.ReadRowGroup(out _, out _, out _, out var rows))
            counts.Add(rows);
        Assert.Equal([1024, 1024, 52], counts);
    }

    [Fact]
    public void Special_floats_keep_their_bits()
    {
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue];
        using var file = new MemoryStream();
        using (var writer = new PartWriter(file, "features", special.Length))
        {
            writer.Add("a", "b", special);
            writer.Complete();
        }

        using var reader = new PartReader(file.ToArray());
        Assert.True(reader.ReadRowGroup(out _, out _, out var values, out _));
        Assert.Equal(special.Select(BitConverter.SingleToInt32Bits), values[..special.Length].Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void A_row_of_another_width_or_with_broken_text_is_refused_and_nothing_of_it_is_kept()
    {
        using var file = new MemoryStream();
        using var writer = new PartWriter(file, "features", 2);
        writer.Add("a", "x", [1, 2]);
        Assert.Throws<ArgumentException>(() => writer.Add("b", "x", [1]));
        Assert.ThrowsAny<ArgumentException>(() => writer.Add("half a pair \ud83c", "x", [1, 2]));
        Assert.ThrowsAny<ArgumentException>(() => writer.Add("c", "\udf50", [1, 2]));
        writer.Complete();

        using var reader = new PartReader(file.ToArray());
        Assert.True(reader.ReadRowGroup(out var images, out _, out _, out _));
        Assert.Equal(["a"], images);
    }

    [Fact]
    public void A_part_that_was_not_completed_is_no_part()
    {
        using var file = new MemoryStream();
        using (var writer = new PartWriter(file, "features", 2))
            writer.Add("a", "x", [1, 2]);
        Assert.Throws<InvalidDataException>(() => new PartReader(file.ToArray()));
    }

    [Fact]
    public void After_its_completion_a_part_takes_no_row()
    {
        using var writer = new PartWriter(new MemoryStream(), "features", 1);
        writer.Complete();
        Assert.Throws<InvalidOperationException>(() => writer.Add("a", "x", [1]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void A_part_cut_short_anywhere_is_refused()
    {
        var part = SmallPart.Write(40, 7);
        for (var length = 0; length < part.Length; length++)
            Assert.Throws<InvalidDataException>(() => new PartReader(part.AsMemory(0, length)));
    }

    [Fact]
    public void No_changed_byte_leads_to_other_rows_or_to_another_error()
    {
        var part = SmallPart.Write(40, 7);
        var expected = ReadAll(part);
        var noticed = 0;
        for (var i = 0; i < part.Length; i++)
        {
            foreach (var change in (byte[])[1, 0x10, 0x80, 0xFF])
            {
                var changed = (byte[])part.Clone();
                changed[i] ^= change;
                try
                {
                    // What may change unnoticed is what the reader has no use for: statistics, or who wrote the part.
                    Assert.Equal(expected, ReadAll(changed));
                }
                catch (InvalidDataException)
                {
                    noticed++;
                }
            }
        }

        Assert.True(noticed > part.Length, $"{noticed} changes noticed");
    }

    [Fact]
    public void Random_bytes_between_the_magic_numbers_are_refused()
    {
        var random = new Random(5);
        for (var round = 0; round < 2_000; round++)
        {
            var file = new byte[random.Next(12, 400)];
            random.NextBytes(file);
            "PAR1"u8.CopyTo(file);
            "PAR1"u8.CopyTo(file.AsSpan(file.Length - 4));
            BitConverter.TryWriteBytes(file.AsSpan(file.Length - 8), random.Next(1, file.Length));
            Assert.Throws<InvalidDataException>(() => new PartReader(file));
        }
    }

    [Theory]
    [InlineData("", "cut short")]
    [InlineData("a text file that is long enough", "does not begin with PAR1")]
    [InlineData("PAR1 and more, but no end", "does not end with PAR1")]
    public void What_is_no_part_is_refused_with_its_reason(string content, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(
            () => new PartReader(System.Text.Encoding.UTF8.GetBytes(content)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static string ReadAll(byte[] part)
    {
        using var reader = new PartReader(part);
        var text = new System.Text.StringBuilder();
        while (reader.ReadRowGroup(out var images, out var labels, out var values, out var rows))
        {
            text.AppendJoin('|', images).AppendJoin('|', labels)
                .AppendJoin('|', values.AsSpan(0, rows * reader.Width).ToArray());
        }

        return text.ToString();
    }
}
