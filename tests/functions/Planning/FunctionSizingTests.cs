using CsCheck;
using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Planning;

public sealed class FunctionSizingTests
{
    private readonly Stack _stack = new();

    private static Gen<RunPlan> Plans => Gen.Select(Gen.Long[1, 40_000_000], Gen.Long[0, 4_000_000], Gen.Int[1, 2000])
        .Select((images, beyond, shardSize) => Plan(images, new LargeImageBytes(Jpeg: images * beyond), shardSize));

    [Fact]
    public void Ten_thousand_small_photos_are_twenty_batches_a_minute_and_cents()
    {
        var offer = _stack.FunctionSizing.OfferFor(Plan(10_000));

        Assert.Equal(new PlannedFunctions(1, 20, 1769), offer.Functions);
        Assert.InRange(offer.Estimate.JobSeconds, 30, 90);
        Assert.InRange(offer.Estimate.Cost, 0.01m, 0.03m);
        Assert.Equal((0, null), (offer.Estimate.ClusterSeconds, offer.Limit));
    }

    [Fact]
    public void The_price_is_what_docs_sizing_and_cost_adds_up()
    {
        var estimate = _stack.FunctionSizing.OfferFor(Plan(10_000)).Estimate;

        // 400 s of images, 40 of fit and reduction, 21 cold starts, four calls that go on with the run; 40 calls of three steps each.
        var seconds = 400 + 40 + (21 * 2) + (4 * (3 + (20 * 0.02m)));
        var cost = (seconds * 1769 / 1024 * 0.0000166667m) + (40 * 0.0000002m) + (120 * 0.000025m) + (10_100 * 0.0000004m) + (160 * 0.000005m);
        Assert.Equal(Math.Ceiling(cost * 10_000) / 10_000, estimate.Cost);
        Assert.Equal(Math.Ceiling(3 * cost * 10_000) / 10_000, estimate.CostAtMost);
    }

    [Theory]
    [InlineData(500, 0, "1769", 39, 0.002)]
    [InlineData(10_000, 0, "1769", 44, 0.0222)]
    [InlineData(10_000, 0, "3538", 31, 0.0238)]
    [InlineData(10_000, 0, "10240", 30, 0.0244)]
    [InlineData(100_000, 0, "10240", 62, 0.1989)]
    [InlineData(10_000, 4_000_000, "10240", 92, 0.2564)]
    public void The_documented_table_is_what_is_reckoned(long images, long bytes, string memory, int seconds, decimal cost)
    {
        // docs/sizing-and-cost.md: both engines, for runs of four sizes.
        _stack["POMONA_FUNCTION_MEMORY"] = memory;
        var large = new LargeImageBytes(Jpeg: images * Math.Max(0, bytes - LargeImageBytes.SmallImage));

        var estimate = _stack.FunctionSizing.OfferFor(Plan(images, large)).Estimate;

        Assert.Equal((seconds, cost), (estimate.JobSeconds, estimate.Cost));
    }

    [Fact]
    public void Ten_thousand_small_photos_cost_no_more_than_a_cent_where_they_take_what_was_measured()
    {
        _stack["POMONA_IMAGES_PER_VCPU_SECOND"] = "132.4";

        var estimate = _stack.FunctionSizing.OfferFor(Plan(10_000)).Estimate;

        Assert.Equal(31, estimate.JobSeconds);
        Assert.InRange(estimate.Cost, 0.0099m, 0.01m);
    }

    [Fact]
    public void Batches_cover_all_shards_and_there_are_never_more_than_the_workflow_can_carry() => Plans.Sample(plan =>
    {
        var functions = _stack.FunctionSizing.OfferFor(plan).Functions;

        var batches = (plan.Shards + functions.ShardsPerBatch - 1) / functions.ShardsPerBatch;
        Assert.InRange(batches, 1, ShardBatch.Most);
        Assert.InRange(functions.AtOnce, 1, Math.Min(40, batches));
    });

    [Fact]
    public void A_batch_is_about_two_minutes_at_most_unless_there_would_be_too_many_or_a_shard_is_longer() => Plans.Sample(plan =>
    {
        var functions = _stack.FunctionSizing.OfferFor(plan).Functions;
        var shard = ImageWork.SmallPhotosOf(plan, JobArguments.Exact) / plan.Images * Math.Min(plan.ShardSize, plan.Images) / 25;

        Assert.True(functions.ShardsPerBatch == 1 || plan.Shards > ShardBatch.Most || functions.ShardsPerBatch * shard <= 120);
    });

    [Fact]
    public void More_images_of_a_kind_or_larger_ones_never_cost_less() => Gen.Select(Plans, Gen.Long[0, 1_000_000], Gen.Long[0, 500_000]).Sample((plan, more, larger) =>
    {
        var beyond = plan.Large!.Jpeg / plan.Images;
        var images = Math.Min(plan.Images + more, 40_000_000);
        var cost = _stack.FunctionSizing.OfferFor(plan).Estimate.Cost;

        Assert.True(_stack.FunctionSizing.OfferFor(Plan(images, new LargeImageBytes(Jpeg: images * beyond), plan.ShardSize)).Estimate.Cost >= cost);
        Assert.True(_stack.FunctionSizing.OfferFor(Plan(plan.Images, new LargeImageBytes(Jpeg: plan.Images * (beyond + larger)), plan.ShardSize)).Estimate.Cost >= cost);
    });

    [Fact]
    public void Twice_the_memory_takes_half_the_time_for_images_at_the_same_price()
    {
        var plan = Plan(10_000, new LargeImageBytes(Jpeg: 10_000 * 2_900_000L));
        var one = _stack.FunctionSizing.OfferFor(plan).Estimate;
        _stack["POMONA_FUNCTION_MEMORY"] = "3538";

        var two = _stack.FunctionSizing.OfferFor(plan).Estimate;

        Assert.InRange(two.JobSeconds, one.JobSeconds / 2, one.JobSeconds * 0.6);
        Assert.InRange(two.Cost, one.Cost, one.Cost * 1.05m);
    }

    [Fact]
    public void A_new_account_s_ten_get_it_done_later_for_no_more()
    {
        var many = _stack.FunctionSizing.OfferFor(Plan(100_000)).Estimate;
        _stack["POMONA_FUNCTIONS_AT_ONCE"] = "10";

        var few = _stack.FunctionSizing.OfferFor(Plan(100_000));

        Assert.Equal(10, few.Functions.AtOnce);
        Assert.True(few.Estimate.JobSeconds > many.JobSeconds);
        Assert.True(few.Estimate.Cost <= many.Cost);
        Assert.Null(few.Limit);
    }

    [Theory]
    [InlineData(10_000, 2_000_000, 512, "40", "would take about 43 minutes for a shard of 512 of these images, and 10 are the most")]
    [InlineData(4_000_000, 0, 100, "40", "40,000 shards are more than one call can keep account of in 10 minutes")]
    [InlineData(9_000_000, 0, 512, "1", "it would take about 111 hours with 1 at once")]
    public void What_is_beyond_a_function_s_limits_is_said_with_what_to_change(long images, long heic, int shardSize, string atOnce, string says)
    {
        _stack["POMONA_FUNCTIONS_AT_ONCE"] = atOnce;

        var limit = _stack.FunctionSizing.OfferFor(Plan(images, new LargeImageBytes(Heif: images * heic), shardSize)).Limit;

        Assert.Contains(says, limit, StringComparison.Ordinal);
        Assert.Contains("deploy the stack with a larger", limit, StringComparison.Ordinal);
    }

    private static RunPlan Plan(long images, LargeImageBytes? large = null, int shardSize = RunPlan.DefaultShardSize) => new(
        "s3://pomona-test/datasets/fruits/", images, images * 8000, (int)((images + shardSize - 1) / shardSize), shardSize, 0, "f",
        Large: large ?? LargeImageBytes.None);
}
