using System.Globalization;
using System.Text.RegularExpressions;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Shards;

/// <summary>What became of a batch that failed on every try: which shard it was at, and what a person can do.</summary>
/// <param name="output">The run's folder.</param>
/// <param name="settings">What the function has.</param>
internal sealed partial class FailedBatch(IStore output, ShardsSettings settings)
{
    private const string Cluster = "or go on with it on a cluster: \"engine\": \"cluster\" beside \"resume\"";

    /// <summary>The sentence. Numbers are worked on one after the other: the first that is not done is the one.</summary>
    public async Task<ShardsAnswer> ExplainAsync(ShardsRequest request, Stage stage, CancellationToken cancellation)
    {
        var plan = await PlanFile.ReadAsync(output, cancellation);
        var count = stage == Stage.Fit ? new ShardGroups(plan.Shards, plan.ShardSize).Count : plan.Shards;
        var left = await FinishedShards.LeftAsync(output, stage, count, cancellation);
        var at = left.FirstOrDefault(number => number >= request.From && number < request.To, request.From);
        var (error, cause) = (Text(request, "Error"), Text(request, "Cause"));
        var where = string.Create(CultureInfo.InvariantCulture, $"{NextStage.NameOf(stage)} of {(stage == Stage.Fit ? "group" : "shard")} {at}");
        var reason = IsOutOfTime(error, cause)
            ? $"{where} takes longer than the 15 minutes that a function has: deploy with a smaller ShardSize and run the data set anew, {Cluster}."
            : IsEnded(error, cause)
                ? where + await EndedAsync(stage, plan, at, cause ?? string.Empty, cancellation)
                : $"{where} failed three times: {Printable.Excerpt(Message(cause) ?? error ?? "for no known reason", 400).TrimEnd('.')}. What is done stays; the run can be resumed.";
        return new ShardsAnswer(ShardsAnswer.Failed, NextStage.NameOf(stage), Batches: [], From: at, To: request.To, Reason: reason);
    }

    /// <summary>What may have ended the process: images that nothing interrupts, a crash, or what it is most of the time, its memory.</summary>
    private async Task<string> EndedAsync(Stage stage, RunPlan plan, int at, string cause, CancellationToken cancellation)
    {
        if (stage == Stage.Extract && cause.Contains("exit status", StringComparison.Ordinal) && await LastSlowAsync(at, cancellation) is { } slow)
            return $" met images that no decoder is done with and nothing interrupts (the last is '{Printable.Excerpt(slow.Image)}': {slow.Reason}): they are noted, resume the run and it passes them over.";
        if (Signal().Match(cause) is { Success: true } signal && signal.Value != "signal: killed")
            return $" ended its function three times ({signal.Value}){await LargestAsync(stage, plan, at, cancellation)}: resume the run, {Cluster}; should that end so, too, look for the file among the shard's.";
        return string.Create(CultureInfo.InvariantCulture, $" ended its function of {settings.MemoryMegabytes} MB three times, as one that runs out of memory does")
            + $"{await LargestAsync(stage, plan, at, cancellation)}: deploy with a larger FunctionMemory and resume the run, {Cluster}.";
    }

    private async Task<RejectedImage?> LastSlowAsync(int shard, CancellationToken cancellation)
        => await output.TryReadAsync(RunLayout.Slow(shard), SlowImagesNote.LargestFile, cancellation) is { } note
            && SlowImagesNote.TryParse(note.Content.Span) is { Images: [.., var last] }
                ? last
                : null;

    private async Task<string> LargestAsync(Stage stage, RunPlan plan, int shard, CancellationToken cancellation)
    {
        if (stage != Stage.Extract)
            return string.Empty;
        var largest = (await ManifestFile.ReadAsync(output, plan, shard, cancellation)).MaxBy(static entry => entry.Size);
        return largest is null ? string.Empty : string.Create(
            CultureInfo.InvariantCulture, $" (its largest image is '{Printable.Excerpt(largest.Key)}' of {largest.Size / 1e6:0.0} MB)");
    }

    private static bool IsOutOfTime(string? error, string? cause)
        => error is "Sandbox.Timedout" or "States.Timeout" || cause?.Contains("Task timed out", StringComparison.Ordinal) == true;

    // Step Functions knows an error that Lambda gave no type as Lambda.Unknown
    // (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
    private static bool IsEnded(string? error, string? cause)
        => error is "Runtime.ExitError" or "Runtime.OutOfMemory" or "Lambda.Unknown" || cause?.Contains("signal: killed", StringComparison.Ordinal) == true;

    [GeneratedRegex("signal: [a-z]+(?: [a-z]+)*", RegexOptions.CultureInvariant)]
    private static partial Regex Signal();

    /// <summary>A function's error comes as JSON of its type and message.</summary>
    private static string? Message(string? cause) => JsonText.TryReadObject(cause).At("errorMessage").AsText() ?? cause;

    private static string? Text(ShardsRequest request, string member)
        => request.Error is { ValueKind: System.Text.Json.JsonValueKind.Object } error ? JsonText.TryReadObject(error.GetRawText()).At(member).AsText() : null;
}
