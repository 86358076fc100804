using CsCheck;

namespace Pomona.Contracts.Tests;

public sealed class ShardBatchTests
{
    private static readonly Gen<int[]> Left = Gen.Int[0, 30_000].HashSet[0, 900].Select(static numbers => numbers.Order().ToArray());

    [Fact]
    public void Batches_ascend_hold_every_number_that_is_left_and_fit_into_an_execution_s_history()
        => Gen.Select(Left, Gen.Int[1, 50]).Sample((numbers, size) =>
        {
            var batches = ShardBatch.Cut(numbers, size);

            Assert.True(batches.Count <= ShardBatch.Most);
            Assert.All(numbers, number => Assert.Single(batches, batch => batch.From <= number && number < batch.To));
            Assert.All(batches.Zip(batches.Skip(1)), static pair => Assert.True(pair.First.To <= pair.Second.From));
            Assert.All(batches, batch => Assert.True(batch.To > batch.From));
        }, iter: 50);

    [Fact]
    public void They_have_the_size_that_was_asked_for_while_they_are_few_enough()
        => Gen.Select(Left, Gen.Int[1, 50]).Sample((numbers, size) =>
        {
            var counts = ShardBatch.Cut(numbers, size).Select(batch => numbers.Count(number => batch.From <= number && number < batch.To)).ToArray();

            Assert.All(counts.SkipLast(1), count => Assert.True(count == size || numbers.Length > size * ShardBatch.Most));
        }, iter: 50);
}
