namespace Pomona.Contracts;

/// <summary>Numbers of a stage that one call works on.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The number after the last.</param>
public sealed record ShardBatch(int From, int To)
{
    /// <summary>
    /// How many batches a stage is cut into at most: each try of one is three to ten events of an execution's history, which may have
    /// 25,000 (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
    /// </summary>
    public const int Most = 200;

    /// <summary>
    /// How many the stages after extraction are cut into at most: what an image takes there is a tenth at most, and a call takes a second to begin.
    /// </summary>
    public const int MostLater = 8;

    /// <summary>Cuts numbers into batches; a batch spans what is done between its numbers, which is passed over.</summary>
    /// <param name="numbers">The numbers that are left, ascending.</param>
    /// <param name="size">How many of them one batch has, 1 or more; they get longer where there would be too many.</param>
    public static IReadOnlyList<ShardBatch> Cut(IReadOnlyList<int> numbers, int size)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var each = Math.Max(size, (numbers.Count + Most - 1) / Most);
        return [.. numbers.Chunk(each).Select(static batch => new ShardBatch(batch[0], batch[^1] + 1))];
    }
}
