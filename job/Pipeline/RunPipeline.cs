using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Reporting;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;
using Pomona.Storage;
using Pomona.Vision.Models.Catalog;

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
    IEngine engine,
    IRunProgress progress,
    TimeProvider time)
{
    private readonly RunInput _input = new(input);

    /// <summary>The time between two looks at what other processes have done.</summary>
    public TimeSpan BetweenLooks { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How this process decodes; what ends it is called once the output's lock is given up.</summary>
    public Decoding Decoding { get; init; } = new(ProcessEnd.ForAPersonAsync);

    /// <summary>How long its stages take; with what earlier processes of the same run know of them.</summary>
    public StageClocks Clocks { get; init; } = new(time, []);

    /// <summary>Opens the store of the run that is taken over from, by its address.</summary>
    public Func<string, IStore> OpenEarlier { get; init; } = static address => StoreAddress.Open(address);

    private RunSettings Settings { get; set; } = new(
        input.Address,
        output.Address,
        request.Components,
        request.Resize,
        request.ShardSize,
        request.HonourOrientation,
        request.Decode,
        request.MaxMegapixels,
        model.Path,
        model.Metadata,
        request.Threads,
        PartLayout.Form,
        RunSettings.NewRun(),
        request.UseSnapshot,
        request.Basis,
        RuntimeInformation.ProcessArchitecture.ToString(),
        FeatureSettings.CurrentArithmetic,
        request.TestSplit);

    private KeptBasis? _basis;

    /// <summary>Runs, or goes on with, the run; its marker.</summary>
    /// <exception cref="PomonaException">What a person can do something about.</exception>
    public Task<RunMarker> RunAsync(CancellationToken cancellation) => RunFailure.ExplainAsync(async () =>
    {
        if (model.Metadata.FeatureWidth > Moments.WidestRow)
        {
            throw new PomonaException(
                ExitCode.Model,
                $"the output '{Printable.Excerpt(model.Metadata.OutputName)}' of the model {model.Metadata.Name} has "
                + $"{model.Metadata.FeatureWidth} numbers an image, and components are found of at most {Moments.WidestRow}: "
                + "cut it elsewhere with --model-output, after a pooling layer.");
        }

        if (request.Basis is { } kept)
            _basis = await KeptBasis.ReadAsync(kept, Settings, cancellation).ConfigureAwait(false);
        using var since = await SinceAsync(cancellation).ConfigureAwait(false);
        await using var listing = request.UseSnapshot
            ? null
            : await InputListing.BeginAsync(_input, Settings.ShardSize, request.TestSplit, since?.Run, cancellation).ConfigureAwait(false);
        await OutputPlace.RequireApartAsync(_input, output, cancellation).ConfigureAwait(false);
        await EarlierRun.RequireUsableAsync(output, cancellation).ConfigureAwait(false);
        await using var held = await output.LockAsync(RunLayout.Lock, time, cancellation).ConfigureAwait(false);
        using var whileHeld = CancellationTokenSource.CreateLinkedTokenSource(cancellation, held.Lost);
        try
        {
            return await RunLockedAsync(listing, EndingAfter(held, cancellation), whileHeld.Token).ConfigureAwait(false);
        }
        catch (Exception) when (held.Lost.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new OutputBusyException(
                $"another process has taken {output.Address} over, because this one gave no sign of life for too long (a machine "
                + "that slept, or a lost connection): wait until it has ended.");
        }
    });

    private Decoding EndingAfter(IWriterLock held, CancellationToken cancellation) => Decoding with
    {
        EndProcess = async sentence =>
        {
            await held.DisposeAsync().ConfigureAwait(false);
            // Who has stopped the run does not want it to go on.
            await (cancellation.IsCancellationRequested ? Decoding.EndStoppedProcess() : Decoding.EndProcess(sentence)).ConfigureAwait(false);
        },
    };

    private async Task<RunMarker> RunLockedAsync(InputListing? listing, Decoding decoding, CancellationToken cancellation)
    {
        var earlier = await EarlierRun.OpenAsync(output, Settings, request.Restart, cancellation).ConfigureAwait(false);
        Settings = earlier.Settings;
        var plan = await TimedAsync(RunStage.Plan, 0, _ => PlanStage.RunAsync(listing, output, earlier, cancellation)).ConfigureAwait(false);
        if (request.Since is not null)
            SayWhatIsNew(plan, listing?.SinceFault);
        var lost = await earlier.WithdrawLostAsync(output, cancellation).ConfigureAwait(false);
        if (lost > 0)
        {
            progress.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{lost:N0} {(lost == 1 ? "file" : "files")} of the run in {output.Address} {(lost == 1 ? "was" : "were")} lost: computed again."));
        }
        else if (earlier.Marker is { } marker)
        {
            progress.Say($"{output.Address} is finished already: this is what it holds.");
            // Where it is now, wherever it was when it was made.
            return marker with { Summary = marker.Summary with { Report = StoreAddress.Of(output, RunLayout.Report) } };
        }

        if (request.UseSnapshot && plan.Basis is { } planned)
            _basis = await KeptBasis.ReadAsync(planned, Settings, cancellation).ConfigureAwait(false);

        // What an earlier process of this very run could not read a moment ago would not be read now.
        var again = Clocks.IsContinued ? 0 : await earlier.WithdrawUnreadAsync(output, cancellation).ConfigureAwait(false);
        if (again > 0)
        {
            progress.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{again:N0} {(again == 1 ? "shard has" : "shards have")} images that could not be read: tried again."));
        }

        if (plan.TestSplit is { } split)
        {
            progress.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"split    {split.Images:N0} of {plan.Images:N0} images are for testing alone, those in '{Printable.Excerpt(split.Test, 80)}'"));
        }

        if (plan.PassedOver is { Files: > 0 } passedOver)
            progress.Say($"skipped  what is no image by name: {passedOver}");
        if (plan.PassedOver?.Folders is { } folders)
            progress.Say($"skipped  {RunRemarks.OnFolders(folders)}");
        return await RunStagesAsync(plan, decoding, cancellation).ConfigureAwait(false);
    }

    private async Task<RunMarker> RunStagesAsync(RunPlan plan, Decoding decoding, CancellationToken cancellation)
    {
        var ledger = new Ledger(output, Settings.Run);
        using var work = new StageWork(Settings, _input, output, time, decoding, isSeenInStore: false) { OpenEarlier = OpenEarlier };
        var stages = new StageRun(engine, work, Settings, output, time, BetweenLooks, request.ExecutorPatience);
        await TimedAsync(RunStage.Extract, plan.Images, async scope =>
        {
            await SampleFile.WriteAsync(output, ledger, plan, cancellation).ConfigureAwait(false);
            await stages.RunAsync(Stage.Extract, plan.Shards, plan, scope, cancellation).ConfigureAwait(false);
        }).ConfigureAwait(false);
        work.Dispose(); // the session's memory is the fit's now

        using var rejected = new CollectedLines<RejectedImage>("rejected images", ContractJson.Readable.RejectedImage);
        var totals = await RunTotals.ReadAsync(ledger, output, plan, rejected.Add, cancellation).ConfigureAwait(false);
        await ledger.WriteAsync(RunLayout.Rejected, rejected.Content, cancellation).ConfigureAwait(false);
        SayWhatWasTaken(plan, totals);
        if (totals.Images == 0)
        {
            var first = totals.Excerpt[0];
            throw new PomonaException(ExitCode.Input, string.Create(
                CultureInfo.InvariantCulture,
                $"none of the {totals.Rejected} images in {_input.Address} could be used; the first, "
                + $"'{Printable.Excerpt(first.Image)}': {first.Reason}. {StoreAddress.Of(output, RunLayout.Rejected)} lists them all."));
        }

        if (totals.TrainingPerLabel.Count == 0)
        {
            throw new PomonaException(
                ExitCode.Input,
                $"of the images in {_input.Address} only those in {plan.TestSplit?.Test}/ could be used, which are for testing: there is nothing to fit to. "
                + $"{StoreAddress.Of(output, RunLayout.Rejected)} lists the others.");
        }

        var pca = await FitAsync(ledger, stages, plan, cancellation).ConfigureAwait(false);
        await TimedAsync(RunStage.Reduce, plan.Images, scope => stages.RunAsync(
            Stage.Reduce, plan.Shards, plan, scope, cancellation)).ConfigureAwait(false);

        var publish = new PublishStage(Settings, model, _input, output, ledger, _basis, time);
        var test = await TimedAsync(RunStage.Publish, 0, scope => publish.RunAsync(
            plan, totals, pca, engine.Name, Clocks.Timings, scope, cancellation)).ConfigureAwait(false);

        var marker = MarkerOf(plan, totals, pca, test);
        await ledger.WriteAsync(
            RunLayout.Summary,
            JsonSerializer.SerializeToUtf8Bytes(marker.Summary, ContractJson.Readable.RunSummary),
            cancellation).ConfigureAwait(false);
        if (request.TaskToken is { } token)
            await WaitingTaskFile.WriteAsync(output, new WaitingTask(token), cancellation).ConfigureAwait(false);
        await ledger.WriteLastAsync(
            RunLayout.Marker,
            JsonSerializer.SerializeToUtf8Bytes(marker, ContractJson.Readable.RunMarker),
            cancellation).ConfigureAwait(false);
        return marker;
    }

    private Task<PcaModel> FitAsync(Ledger ledger, StageRun stages, RunPlan plan, CancellationToken cancellation)
        => TimedAsync(RunStage.Fit, plan.Images, async scope =>
        {
            if (await ledger.FindAsync(RunLayout.PcaJson, cancellation).ConfigureAwait(false) is { } fitted)
            {
                using var json = await ledger.ReadAsync(fitted, cancellation).ConfigureAwait(false);
                return PcaModel.ReadJson(json.AsStream());
            }

            var groups = new ShardGroups(plan.Shards, plan.ShardSize).Count;
            await stages.RunAsync(Stage.Fit, groups, plan, scope, cancellation).ConfigureAwait(false);
            var pca = await FitStage.MergeAsync(Settings, groups, ledger, _basis, cancellation).ConfigureAwait(false);
            using var content = new MemoryStream();
            pca.WriteJson(content, new JsonObject(ModelNote.Of(Settings).Select(
                note => KeyValuePair.Create(note.Key, (JsonNode?)JsonValue.Create(note.Value)))));
            await ledger.WriteAsync(
                RunLayout.PcaJson, content.GetBuffer().AsMemory(0, (int)content.Length), cancellation).ConfigureAwait(false);
            return pca;
        });

    /// <summary>The run that is asked to be taken over from, before anything is written; null where none is, or it has gone meanwhile.</summary>
    /// <exception cref="PomonaException">Nothing can be taken over from it.</exception>
    private async Task<SinceStore?> SinceAsync(CancellationToken cancellation)
    {
        if (request.Since is not { } address)
            return null;
        if (request.UseSnapshot)
            throw new PomonaException(ExitCode.Usage, $"the snapshot says by itself what is taken over: leave out {JobArguments.Since} beside {JobArguments.UseSnapshot}.");

        var store = OpenEarlier(address);
        try
        {
            if (string.Equals(store.Address, output.Address, StringComparison.Ordinal))
                throw new PomonaException(ExitCode.Usage, $"{JobArguments.Since} and {JobArguments.Output} name the same folder: give the new run a folder of its own.");
            var run = await FinishedRun.OpenAsync(store, folder: string.Empty, cancellation).ConfigureAwait(false);
            run.RequireFeatures(Settings.Features);
            return new SinceStore(store, run);
        }
        catch (UnusableRunException gone)
        {
            store.Dispose();
            // What has begun goes on without it: its images are worked on.
            if (await PlanFile.TryReadAsync(output, cancellation).ConfigureAwait(false) is not null)
                return null;
            throw new PomonaException(
                ExitCode.Conflict, $"nothing can be taken over: {gone.Message}. Leave out {JobArguments.Since}, or name a finished run of the same settings.", gone);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private void SayWhatIsNew(RunPlan plan, string? fault)
    {
        if (plan.Since is { } since)
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"since    {since.Run}: {since.Unchanged:N0} images unchanged, {plan.NewImages:N0} new or changed"));
        else
            progress.Say($"since    nothing is taken over: {fault ?? "no image is as it was, or the run began without it"}");
    }

    private void SayWhatWasTaken(RunPlan plan, RunTotals totals)
    {
        if (plan.Since is not { } since)
            return;
        progress.Say(string.Create(
            CultureInfo.InvariantCulture, $"{totals.TakenOver:N0} images taken over from {since.Run}, {plan.Images - totals.TakenOver:N0} worked on"));
        if (totals.Missed is { } missed)
            progress.Say($"not all that is unchanged could be taken over ({missed}): the rest was worked on");
    }

    /// <summary>The run that is taken over from, and its store.</summary>
    private sealed record SinceStore(IStore Store, FinishedRun Run) : IDisposable
    {
        public void Dispose() => Store.Dispose();
    }

    private RunMarker MarkerOf(RunPlan plan, RunTotals totals, PcaModel pca, TestResult? test)
    {
        var (dataset, run) = RunName.Of(_input.Address, output.Address);
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
                pca.ExplainedVarianceShare,
                Settings.Model.Name,
                Math.Round(Clocks.SinceBeginning, 3),
                StoreAddress.Of(output, RunLayout.Report),
                plan.PassedOver,
                AlikeNames.DoubtsOf(totals, plan),
                totals.TakenOver > 0 ? totals.TakenOver : null)
            {
                Test = test,
            },
            request.ClusterId,
            request.ExecutionArn,
            time.GetUtcNow());
    }

    private Task<bool> TimedAsync(string stage, long images, Func<IStageProgress, Task> run) => TimedAsync(stage, images, async scope =>
    {
        await run(scope).ConfigureAwait(false);
        return true;
    });

    private async Task<T> TimedAsync<T>(string stage, long images, Func<IStageProgress, Task<T>> run)
    {
        Clocks.Begin(stage);
        T result;
        using (var scope = progress.Begin(stage, images))
            result = await run(scope).ConfigureAwait(false);
        Garbage.Collect();
        Clocks.End(stage);
        return result;
    }
}
