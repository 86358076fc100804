using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Parquet;
using Pomona.Job.Progress;
using Pomona.Job.Reporting;
using Pomona.Numerics.Reduction;
using Pomona.Storage;
using Pomona.Vision.Models;

namespace Pomona.Job.Pipeline;

/// <summary>
/// A whole run: plan → extract → fit → reduce → publish → marker. Each stage skips what an earlier, interrupted run under the
/// same output has finished, so that running again is all there is to resuming.
/// </summary>
internal sealed class RunPipeline(
    RunRequest request,
    ResolvedModel model,
    IStore input,
    IStore output,
    Func<StageWork, IEngine> engineOf,
    IRunProgress progress,
    TimeProvider time)
{
    private readonly List<StageTiming> _timings = [];

    private RunSettings Settings { get; } = new(
        input.Address,
        output.Address,
        request.Components,
        request.Resize,
        request.ShardSize,
        request.HonourOrientation,
        request.MaxMegapixels,
        model.Path,
        model.Metadata,
        request.Threads,
        PartLayout.Form);

    /// <summary>Runs, or goes on with, the run; its marker.</summary>
    /// <exception cref="PomonaException">What a person can do something about.</exception>
    public async Task<RunMarker> RunAsync(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        await OfInput(() => request.UseSnapshot
            ? Task.CompletedTask
            : PlanStage.RequireImagesAsync(input, cancellation)).ConfigureAwait(false);
        await using var held = await OfOutput(() => output.LockAsync(RunLayout.Lock, time, cancellation)).ConfigureAwait(false);
        using var whileHeld = CancellationTokenSource.CreateLinkedTokenSource(cancellation, held.Lost);
        try
        {
            return await RunLockedAsync(started, whileHeld.Token).ConfigureAwait(false);
        }
        catch (Exception) when (held.Lost.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new PomonaException(
                ExitCode.Conflict,
                $"another process has taken {output.Address} over, because this one gave no sign of life for too long (a machine "
                + "that slept, or a lost connection): wait until it has ended.");
        }
    }

    private async Task<RunMarker> RunLockedAsync(long started, CancellationToken cancellation)
    {
        var earlier = await OfOutput(() => EarlierRun.OpenAsync(output, Settings, request.Restart, cancellation)).ConfigureAwait(false);
        var plan = await TimedAsync("plan", 0, _ => OfInput(
            () => PlanStage.RunAsync(Settings, input, output, request.UseSnapshot, cancellation))).ConfigureAwait(false);
        if (earlier is not null)
        {
            progress.Say($"{output.Address} is finished already: this is what it holds.");
            return earlier;
        }

        return await OfOutput(() => RunStagesAsync(plan, started, cancellation)).ConfigureAwait(false);
    }

    private async Task<RunMarker> RunStagesAsync(RunPlan plan, long started, CancellationToken cancellation)
    {
        using var work = new StageWork(Settings, input, output, time);
        var engine = engineOf(work);
        await TimedAsync("extract", plan.Images, scope => engine.RunAsync(
            Stage.Extract, Settings, plan.Shards, scope, cancellation)).ConfigureAwait(false);
        work.Dispose(); // the session's memory is the fit's now

        using var rejected = new RejectedFile();
        var totals = await RunTotals.ReadAsync(output, plan.Shards, rejected.Add, cancellation).ConfigureAwait(false);
        await output.WriteAsync(RunLayout.Rejected, rejected.Content, cancellation).ConfigureAwait(false);
        if (totals.Images == 0)
        {
            var first = totals.Excerpt[0];
            throw new PomonaException(ExitCode.Input, string.Create(
                CultureInfo.InvariantCulture,
                $"none of the {totals.Rejected} images in {input.Address} could be used; the first, "
                + $"'{Printable.Excerpt(first.Image)}': {first.Reason}. {output.Address}{Separator}{RunLayout.Rejected} lists them all."));
        }

        var pca = await FitAsync(engine, plan, cancellation).ConfigureAwait(false);
        await TimedAsync("reduce", plan.Images, scope => engine.RunAsync(
            Stage.Reduce, Settings, plan.Shards, scope, cancellation)).ConfigureAwait(false);

        var publish = new PublishStage(Settings, model, input, output, time);
        await TimedAsync("publish", 0, scope => publish.RunAsync(
            plan, totals, pca, engine.Name, _timings, scope, cancellation)).ConfigureAwait(false);

        var marker = MarkerOf(plan, totals, pca, started);
        await output.WriteAsync(
            RunLayout.Marker,
            JsonSerializer.SerializeToUtf8Bytes(marker, ContractJson.Readable.RunMarker),
            cancellation).ConfigureAwait(false);
        return marker;
    }

    private string Separator => output.Address.EndsWith('/') ? string.Empty : "/";

    private Task<PcaModel> FitAsync(IEngine engine, RunPlan plan, CancellationToken cancellation)
        => TimedAsync("fit", plan.Images, async scope =>
        {
            if (await output.ExistsAsync(RunLayout.PcaJson, cancellation).ConfigureAwait(false))
            {
                using var json = await output.ReadAsync(RunLayout.PcaJson, etag: null, cancellation).ConfigureAwait(false);
                return PcaModel.ReadJson(json.AsStream());
            }

            var groups = new ShardGroups(plan.Shards, plan.ShardSize).Count;
            await engine.RunAsync(Stage.Fit, Settings, groups, scope, cancellation).ConfigureAwait(false);
            var pca = await FitStage.MergeAsync(Settings, groups, output, cancellation).ConfigureAwait(false);
            using var content = new MemoryStream();
            pca.WriteJson(content, new JsonObject(ModelNote.Of(Settings).Select(
                note => KeyValuePair.Create(note.Key, (JsonNode?)JsonValue.Create(note.Value)))));
            await output.WriteAsync(
                RunLayout.PcaJson, content.GetBuffer().AsMemory(0, (int)content.Length), cancellation).ConfigureAwait(false);
            return pca;
        });

    private RunMarker MarkerOf(RunPlan plan, RunTotals totals, PcaModel pca, long started)
    {
        var (dataset, run) = RunName.Of(input.Address, output.Address);
        return new RunMarker(
            RunMarker.CurrentVersion,
            new RunSummary(
                dataset,
                run,
                totals.Images,
                totals.Rejected,
                totals.ImagesPerLabel.Count,
                plan.Shards,
                Settings.Model.FeatureWidth,
                pca.Components.Length,
                pca.ExplainedVarianceRatio.Sum(),
                Settings.Model.Name,
                Math.Round(time.GetElapsedTime(started).TotalSeconds, 3),
                output.Address + Separator + RunLayout.Report),
            request.TaskToken,
            request.ClusterId,
            request.ExecutionArn,
            time.GetUtcNow());
    }

    private Task<bool> TimedAsync(string stage, long images, Func<IStageScope, Task> run) => TimedAsync(stage, images, async scope =>
    {
        await run(scope).ConfigureAwait(false);
        return true;
    });

    private async Task<T> TimedAsync<T>(string stage, long images, Func<IStageScope, Task<T>> run)
    {
        var started = time.GetTimestamp();
        T result;
        using (var scope = progress.Begin(stage, images))
            result = await run(scope).ConfigureAwait(false);
        Garbage.Collect();
        _timings.Add(new StageTiming(stage, time.GetElapsedTime(started).TotalSeconds, string.Empty));
        return result;
    }

    private static Task<bool> OfInput(Func<Task> step) => OfInput(async () =>
    {
        await step().ConfigureAwait(false);
        return true;
    });

    /// <summary>A store's failure while planning is the input's.</summary>
    private static async Task<T> OfInput<T>(Func<Task<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw Sentence(ExitCode.Input, "the input cannot be read", failure);
        }
    }

    /// <summary>A store's failure later on is the output's, unless its clause says otherwise.</summary>
    private static async Task<T> OfOutput<T>(Func<Task<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            throw Sentence(ExitCode.Output, "the run cannot go on", failure);
        }
        catch (Exception damage) when (damage is InvalidDataException or JsonException)
        {
            throw new PomonaException(
                ExitCode.Conflict,
                $"something other than Pomona has changed a file of the run: {damage.Message.TrimEnd('.')}; start over with --restart.",
                damage);
        }
    }

    private static PomonaException Sentence(ExitCode code, string what, StoreException failure) => new(
        code,
        $"{what}: {failure.Message}; {Advice(failure.Fault)}.",
        failure);

    private static string Advice(StoreFault fault) => fault switch
    {
        StoreFault.Missing => "check the name",
        StoreFault.Forbidden => "check the permissions (and for S3 the credentials and the bucket's policy)",
        StoreFault.Full => "make room and run the same command again: it goes on where it stopped",
        StoreFault.Unreachable => "check the network, then run the same command again: it goes on where it stopped",
        StoreFault.Changed => "another process writes there: wait until it has ended",
        _ => "choose another name",
    };
}
