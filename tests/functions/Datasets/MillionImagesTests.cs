using Microsoft.Extensions.Time.Testing;
using Pomona.Functions.Datasets;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Datasets;

/// <summary>Alone, because it looks at the whole process's memory.</summary>
[Collection(nameof(MillionImagesTests))]
[CollectionDefinition(nameof(MillionImagesTests), DisableParallelization = true)]
public sealed class MillionImagesTests
{
    /// <summary>Live memory that a snapshot may need besides what was there before, whatever the number of images.</summary>
    private const long Allowance = 16 * 1024 * 1024;

    [Fact]
    public async Task A_million_images_are_measured_in_memory_that_does_not_grow_with_them()
    {
        var bucket = new EndlessStore(1_000_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var measured = await new DatasetMeter(bucket, new FakeTimeProvider(Stack.Start)).MeasureAsync(Stack.Fruits, default);

        Assert.Equal(1_000_000, measured.Images);
        Assert.True(bucket.PeakBytes - before < Allowance, $"{(bucket.PeakBytes - before) / 1024} KB");
    }

    [Fact]
    public async Task A_million_images_are_snapshot_in_memory_that_does_not_grow_with_them()
    {
        var bucket = new EndlessStore(1_000_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var plan = await new Snapshot(bucket, 512).TakeAsync(new SnapshotSource(Stack.Fruits), Stack.Run, require: null, default);

        Assert.Equal((1_000_000, 1954), (plan.Images, plan.Shards));
        Assert.Equal(1954 + 1, bucket.Writes);
        Assert.True(bucket.PeakBytes - before < Allowance, $"{(bucket.PeakBytes - before) / 1024} KB");
    }
}
