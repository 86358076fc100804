using System.Globalization;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>
/// From images and their bytes to batches to money, for a run whose numbers the workflow hands to functions, by the formula of
/// docs/sizing-and-cost.md; and whether it is within what a function may take.
/// </summary>
internal sealed class FunctionSizing(SizingSettings settings, FunctionSettings functions, Prices prices)
{
    /// <summary>
    /// Seconds until a function that has not run yet works on its first image: its runtime, and the model from the bucket. 1.0 to 1.6 of a
    /// processor's were measured (<c>./pomona bench scale engines</c>).
    /// </summary>
    internal const double ColdStartSeconds = 2;

    /// <summary>
    /// Seconds of a call that goes on with the run (RunShards' <c>next</c>), besides what it takes for each shard: 1.3 of a processor's, measured
    /// likewise, and some forty requests to S3, one after the other.
    /// </summary>
    internal const double DriverSeconds = 3;

    /// <summary>What such a call takes for each shard: its pages of the ledger.</summary>
    internal const double DriverSecondsPerShard = 0.02;

    /// <summary>How often it is called: before extraction, fit and reduction, and to publish.</summary>
    internal const int Rounds = 4;

    /// <summary>What fit and reduction take, beside the extraction of as many small photos.</summary>
    internal const double ShareOfNumbers = 0.1;

    /// <summary>A batch is made no shorter than this, where there are more shards: every call of a function costs its own time.</summary>
    internal const double LeastBatchSeconds = 10;

    /// <summary>How often a batch is tried: what the budget is held against.</summary>
    internal const int Tries = 3;

    /// <summary>The longest that one call may be expected to take, of the 15 minutes that Lambda allows.</summary>
    internal const double LongestCallSeconds = 600;

    private const double LongestRunSeconds = 12 * 3600;

    /// <summary>How these images are cut into batches, what that takes and costs, and why it cannot be, where it cannot.</summary>
    /// <param name="plan">The images.</param>
    /// <param name="decode">How much of a large JPEG is decoded.</param>
    public FunctionOffer OfferFor(RunPlan plan, string decode = JobArguments.Exact)
    {
        var rate = settings.ImagesPerVcpuSecond * functions.Vcpus;
        var work = ImageWork.SmallPhotosOf(plan, decode) / rate;
        var shardSeconds = plan.Images == 0 ? 0 : work / plan.Images * Math.Min(plan.ShardSize, plan.Images);
        // What is new may all be in one shard.
        var longestShard = plan.NewImages == 0 ? shardSeconds : work / plan.NewImages * Math.Min(plan.ShardSize, plan.NewImages);
        var usual = shardSeconds > 0 ? Math.Max(1, (int)Math.Min(plan.Shards, Math.Ceiling(LeastBatchSeconds / shardSeconds))) : 1;
        var perBatch = Math.Max(usual, Parts(plan.Shards, ShardBatch.Most));
        var batches = Parts(plan.Shards, perBatch);
        var atOnce = Math.Max(1, Math.Min(functions.AtOnce, batches));

        var extraction = Math.Max(Parts(batches, atOnce) * (double)perBatch * shardSeconds, longestShard);
        var numbers = ShareOfNumbers * plan.Images / rate;
        var driver = Rounds * DriverOf(plan);
        var seconds = ColdStartSeconds + driver + ColdStartSeconds + extraction + (numbers / Math.Min(atOnce, ShardBatch.MostLater));
        var cost = CostOf(plan, work + numbers, Math.Min(Parts(plan.Shards, usual), ShardBatch.Most));
        return new FunctionOffer(
            new PlannedFunctions(perBatch, atOnce, functions.MemoryMegabytes),
            new RunEstimate(
                (long)Math.Ceiling(seconds),
                ClusterSeconds: 0,
                Rounded(cost),
                Rounded(Tries * cost),
                settings.Budget,
                prices.Currency,
                prices.Date),
            LimitOf(plan, longestShard, seconds));
    }

    /// <summary>What a run takes and costs that does nothing.</summary>
    public RunEstimate Nothing => new(JobSeconds: 0, ClusterSeconds: 0, Cost: 0, CostAtMost: 0, settings.Budget, prices.Currency, prices.Date);

    /// <param name="plan">The images.</param>
    /// <param name="work">Seconds of functions that work on numbers.</param>
    /// <param name="batches">
    /// Reckoned without the limit of their number, so that no number of images costs less than a smaller one.
    /// </param>
    private decimal CostOf(RunPlan plan, double work, int batches)
    {
        var starts = Math.Min(functions.AtOnce, batches) + 1;
        var seconds = work + (starts * ColdStartSeconds) + (Rounds * DriverOf(plan));
        var calls = batches + (2 * Math.Min(ShardBatch.MostLater, batches)) + Rounds;
        // Three of a batch and three of a round: the call, the question what came of it, and where it goes from there.
        var transitions = 3 * calls;
        return ((decimal)seconds * functions.MemoryMegabytes / 1024m * prices.LambdaGbSecond)
            + (calls / 1_000_000m * prices.LambdaMillionRequests)
            + (transitions / 1000m * prices.StateTransitions1000)
            + prices.RequestsOf(plan);
    }

    private string? LimitOf(RunPlan plan, double shardSeconds, double seconds)
    {
        if (shardSeconds > LongestCallSeconds)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"a function of {functions.MemoryMegabytes} MB would take about {shardSeconds / 60:0} minutes for a shard of {Math.Min(plan.ShardSize, plan.Images)} of these images, and {LongestCallSeconds / 60:0} are the most that is planned with (deploy the stack with a larger FunctionMemory or a smaller ShardSize)");
        }

        if (DriverOf(plan) > LongestCallSeconds)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Shards:N0} shards are more than one call can keep account of in {LongestCallSeconds / 60:0} minutes (deploy the stack with a larger ShardSize)");
        }

        return seconds > LongestRunSeconds
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"it would take about {seconds / 3600:0} hours with {functions.AtOnce} at once, and {LongestRunSeconds / 3600:0} are the most that is planned with (deploy the stack with a larger FunctionsAtOnce)")
            : null;
    }

    private static double DriverOf(RunPlan plan) => DriverSeconds + (DriverSecondsPerShard * plan.Shards);

    private static int Parts(int of, int size) => (of + size - 1) / size;

    /// <summary>To a hundredth of a cent: whole ones would hide most of what such a run costs.</summary>
    private static decimal Rounded(decimal amount) => Math.Ceiling(amount * 10_000) / 10_000;
}

/// <summary>A run by functions, as it would be.</summary>
/// <param name="Functions">How its shards are handed out.</param>
/// <param name="Estimate">What it is expected to take and cost.</param>
/// <param name="Limit">Why it cannot be, as the rest of a sentence; null when it can.</param>
internal sealed record FunctionOffer(PlannedFunctions Functions, RunEstimate Estimate, string? Limit);
