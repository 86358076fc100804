using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Reporting;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;
using Pomona.Storage;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Pipeline;

/// <summary>Writes what people take away: the ONNX files, what may be wrong with images, and the report; then removes what only the run needed.</summary>
internal sealed class PublishStage(
    RunSettings settings,
    ResolvedModel model,
    RunInput input,
    IStore output,
    Ledger ledger,
    KeptBasis? basis,
    TimeProvider time)
{
    private readonly RunParts _parts = new(output, ledger);

    /// <summary>Writes all but the marker; what it says of the images for testing.</summary>
    public async Task<TestResult?> RunAsync(
        RunPlan plan,
        RunTotals totals,
        PcaModel pca,
        string engine,
        IReadOnlyList<StageTiming> timings,
        IStageProgress progress,
        CancellationToken cancellation)
    {
        await WriteModelsAsync(pca, cancellation).ConfigureAwait(false);
        Garbage.Collect();
        var training = new TrainingImages(plan, totals, pca.Components.Length);
        var sample = await SampleAsync(plan, totals, pca.Components.Length, training, progress, cancellation).ConfigureAwait(false);
        var started = time.GetTimestamp();
        var classifier = await ClassifyAsync(plan, pca, training, cancellation).ConfigureAwait(false);
        var evaluation = EvaluatedSample.Of(
            sample,
            plan.TestSplit is null ? sample : [.. sample.Where(image => !plan.Tests(image.Image))],
            SampleQuota.Seed,
            totals.Images,
            settings.Threads,
            cancellation);
        Garbage.Collect();
        var evaluated = new StageTiming("evaluate", time.GetElapsedTime(started).TotalSeconds, "the classifier, and how well classes separate");
        started = time.GetTimestamp();
        var quality = await new QualityStage(settings, _parts, ledger).RunAsync(plan, totals, pca.Components.Length, cancellation).ConfigureAwait(false);
        Garbage.Collect();
        var examined = new StageTiming("examine", time.GetElapsedTime(started).TotalSeconds, "images that may be wrong");

        using var page = new MemoryStream();
        ReportPage.Write(
            new ReportContent(
                RunName.Of(input.Address, output.Address),
                time.GetUtcNow(),
                totals,
                plan.PassedOver ?? PassedOver.None,
                AlikeNames.DoubtsOf(totals, plan),
                pca.ExplainedVarianceRatio,
                basis is not null && pca.OwnVarianceShare is { } own ? new ReportBasis(basis.Address, pca.Count, own) : null,
                settings.Model.FeatureWidth,
                evaluation,
                classifier,
                quality,
                [.. timings, evaluated, examined],
                SettingsTable(engine, plan, totals),
                ModelTable()),
            page);
        await ledger.WriteAsync(RunLayout.Report, page.GetBuffer().AsMemory(0, (int)page.Length), cancellation).ConfigureAwait(false);

        var groups = new ShardGroups(plan.Shards, plan.ShardSize).Count;
        for (var group = 0; group < groups; group++)
            await ledger.RemoveAsync(RunLayout.Moments(group), cancellation).ConfigureAwait(false);
        await ledger.RemoveAsync(RunLayout.Sample, cancellation).ConfigureAwait(false);
        await ShardProgress.RemoveAllAsync(output, settings.Run, isWhole: false, cancellation).ConfigureAwait(false);
        return plan.TestSplit is { } split
            ? new TestResult(split.Test, totals.Images - training.Available, classifier.Test is { Images: > 0 } test ? test.Accuracy : null)
            : null;
    }

    private async Task WriteModelsAsync(PcaModel pca, CancellationToken cancellation)
    {
        // One image, or all alike: there is no component that a model could compute.
        if (pca.Components.Length == 0)
            return;

        var note = ModelNote.Of(settings);
        await ledger.WriteAsync(
            RunLayout.ComponentsModel,
            PublishedModels.FeaturesToComponents(pca.Mean, pca.Scale, pca.Components, settings.Model, note),
            cancellation).ConfigureAwait(false);
        var backbone = await File.ReadAllBytesAsync(settings.ModelPath, cancellation).ConfigureAwait(false);
        await ledger.WriteAsync(
            RunLayout.ImageModel,
            PublishedModels.ImageToComponents(backbone, pca.Mean, pca.Scale, pca.Components, settings.Model, note),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Trains the classifier, writes it, and tests it with the images that are for that alone.</summary>
    private async Task<PublishedClassifier> ClassifyAsync(
        RunPlan plan, PcaModel pca, TrainingImages training, CancellationToken cancellation)
    {
        if (training.SkippedBecause is { } reason)
            return new PublishedClassifier(Classifier: null, reason, training.Available, Test: null);

        var classifier = RunClassifier.Fit(training.Chosen(), settings.Threads, cancellation);
        var labels = JsonSerializer.SerializeToUtf8Bytes(classifier.Labels, ModelJson.Readable.IReadOnlyListString);
        await ledger.WriteAsync(RunLayout.Labels, labels, cancellation).ConfigureAwait(false);
        var backbone = await File.ReadAllBytesAsync(settings.ModelPath, cancellation).ConfigureAwait(false);
        await ledger.WriteAsync(
            RunLayout.ClassModel,
            PublishedModels.ImageToClass(
                backbone, pca.Mean, pca.Scale, pca.Components, classifier.Weights, classifier.Intercepts, classifier.Labels,
                settings.Model, ModelNote.Of(settings)),
            cancellation).ConfigureAwait(false);
        Garbage.Collect();
        return new PublishedClassifier(
            classifier,
            SkippedBecause: null,
            training.Available,
            plan.TestSplit is { } split ? await TestAsync(plan, split, classifier, pca.Components.Length, cancellation).ConfigureAwait(false) : null);
    }

    private async Task<TestScore> TestAsync(
        RunPlan plan, TestSplit split, RunClassifier classifier, int components, CancellationToken cancellation)
    {
        var test = new ClassifierTest(classifier);
        await foreach (var opened in _parts.ComponentsAsync(plan, components, cancellation).ConfigureAwait(false))
        {
            using var part = opened;
            foreach (var (_, label, values) in part.Rows(plan.Tests))
                test.Add(label, values);
        }

        return test.Score(split.Test, Separation.Named(components, "component"));
    }

    /// <summary>The seeded stratified sample, in key order, with thumbnails for a part of it.</summary>
    private async Task<IReadOnlyList<ReportSample>> SampleAsync(
        RunPlan plan,
        RunTotals totals,
        int width,
        TrainingImages training,
        IStageProgress progress,
        CancellationToken cancellation)
    {
        var selection = new SampleSelection<int>(SampleQuota.Seed, SampleQuota.For(totals.ImagesPerLabel, SampleQuota.Seed));
        var shard = 0;
        var offered = 0L;
        string? before = null;
        await foreach (var opened in _parts.ComponentsAsync(plan, width, cancellation).ConfigureAwait(false))
        {
            using var part = opened;
            progress.ShardDone();
            while (part.Reader.ReadRowGroup(out var images, out var labels, out var values, out var rows))
            {
                for (var row = 0; row < rows; row++)
                {
                    if (before is not null && KeyOrder.Instance.Compare(before, images[row]) >= 0)
                        throw RunParts.OutOfPlan(RunLayout.Components(shard));
                    before = images[row];
                    selection.Offer(images[row], labels[row], shard);
                    training.Offer(images[row], labels[row], values.AsSpan(row * part.Reader.Width, part.Reader.Width));
                }

                offered += rows;
            }

            shard++;
        }

        if (offered != totals.Images)
            throw RunParts.OutOfPlan(RunLayout.ComponentsFolder);
        var pictured = SampleQuota.For(totals.ImagesPerLabel, SampleQuota.Seed, SampleQuota.MostThumbnails);
        var found = new ConcurrentBag<ReportSample>();
        await Parallel.ForEachAsync(
            selection.Chosen().GroupBy(chosen => chosen.Place),
            new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation },
            async (ofShard, token) =>
            {
                var wanted = ofShard.ToDictionary(chosen => chosen.Image, StringComparer.Ordinal);
                using var features = await _parts.OpenAsync(RunLayout.Features(ofShard.Key), token).ConfigureAwait(false);
                using var components = await _parts.OpenAsync(RunLayout.Components(ofShard.Key), token).ConfigureAwait(false);
                var reduced = components.Rows(wanted.ContainsKey)
                    .ToDictionary(row => row.Image, row => row.Values, StringComparer.Ordinal);
                var shown = ofShard.Where(chosen => chosen.Rank < pictured.GetValueOrDefault(chosen.Label))
                    .Select(chosen => chosen.Image).ToHashSet(StringComparer.Ordinal);
                var thumbnails = await ThumbnailsAsync(ofShard.Key, shown, token).ConfigureAwait(false);
                foreach (var (image, label, values) in features.Rows(wanted.ContainsKey))
                    found.Add(new ReportSample(image, label, values, reduced[image], thumbnails.GetValueOrDefault(image)));

                progress.ShardDone();
                Garbage.CollectLarge();
            }).ConfigureAwait(false);
        return [.. found.OrderBy(sample => sample.Image, KeyOrder.Instance)];
    }

    /// <summary>The thumbnails that extraction made; an image without one is a plain dot on the page.</summary>
    private async Task<IReadOnlyDictionary<string, byte[]>> ThumbnailsAsync(
        int shard, HashSet<string> images, CancellationToken cancellation)
    {
        if (images.Count == 0)
            return ReadOnlyDictionary<string, byte[]>.Empty;
        using var cues = await _parts.ReadAsync(RunLayout.Cues(shard), cancellation).ConfigureAwait(false);
        return CuesPart.ReadThumbnails(cues.Memory, images.Contains);
    }

    private List<(string Name, string Value)> SettingsTable(string engine, RunPlan plan, RunTotals totals) =>
    [
        .. settings.Identity.Where(pair => pair.Key != "--model" && pair.Value != RunSettings.None).Select(pair => (pair.Key, pair.Value)),
        ("--output", output.Address),
        ("--engine", engine),
        ("--threads", settings.Threads.ToString(CultureInfo.InvariantCulture)),
        .. plan.Since is { } since && totals.TakenOver > 0
            ? [(JobArguments.Since, string.Create(CultureInfo.InvariantCulture, $"{since.Run}: {totals.TakenOver:N0} of {plan.Images:N0} images were taken over"))]
            : Array.Empty<(string, string)>(),
    ];

    private List<(string Name, string Value)> ModelTable() =>
    [
        ("name", settings.Model.Name),
        ("source", settings.Model.Source),
        ("chosen because", model.Why),
        ("sha256", settings.Model.Sha256),
        ("input", $"{settings.Model.InputWidth} × {settings.Model.InputHeight} pixels, {settings.Model.Layout.ToString().ToUpperInvariant()}"),
        ("features", settings.Model.FeatureWidth.ToString(CultureInfo.InvariantCulture)),
    ];
}
