using ParquetSharp;
using Pomona.Job.Parquet;

namespace Pomona.Job.Tests.Parquet;

/// <summary>Counts what the whole process has allocated natively, and so has it to itself.</summary>
[Collection(nameof(PartMemoryTests))]
public sealed class PartMemoryTests
{
    [Fact]
    public void Reader_and_writer_give_their_native_memory_back_however_they_end()
    {
        var memory = MemoryPool.SystemMemoryPool();
        var (before, elsewhere) = (memory.BytesAllocated, MemoryPool.GetDefaultMemoryPool().BytesAllocated);

        var part = SmallPart.Write(1500, 1280);
        using (var reader = new PartReader(part))
            Assert.True(reader.ReadRowGroup(out _, out _, out _, out _));
        using (var unfinished = new PartWriter(Stream.Null, "features", 1))
            unfinished.Add("a", "b", [1]);
        Assert.Throws<InvalidDataException>(() => new PartReader(SmallPart.Write(9, 9).AsMemory()[..^1]));

        Assert.True(memory.MaxMemory > part.Length);
        Assert.Equal((before, elsewhere), (memory.BytesAllocated, MemoryPool.GetDefaultMemoryPool().BytesAllocated));
    }

    [CollectionDefinition(nameof(PartMemoryTests), DisableParallelization = true)]
    public sealed class Alone;
}
