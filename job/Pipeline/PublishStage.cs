using System.Collections.Concurrent;
using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Reporting;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;
using Pomona.Storage;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;
using Pomona.Vision.Resizing;
using Pomona.Vision.Vips;

namespace Pomona.Job.Pipeline;

/// <summary>Writes what people take away: the two ONNX files and the report; then removes the moments.</summary>
internal sealed class PublishStage(
    RunSettings settings,
    ResolvedModel model,
    RunInput input,
    IStore output,
    Ledger ledger,
    TimeProvider time)
{
    /// <summary>Seeds the choice of the sample and the folds; on the page.</summary>
    private const int SampleSeed = 20211;

    /// <summary>The thumbnail's longer side, in pixels, and its JPEG quality.</summary>
    private const int ThumbnailSize = 64;

    private const int ThumbnailQuality = 72;

    /// <summary>What parts of components that are read ahead may take of memory together.</summary>
    private const long MostBytesAhead = 32 << 20;

    /// <summary>Writes all but the marker.</summary>
    public async Task RunAsync(
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
        var sample = await SampleAsync(plan, totals, progress, cancellation).ConfigureAwait(false);
        var started = time.GetTimestamp();
        var evaluation = EvaluatedSample.Of(sample, SampleSeed, totals.Images, settings.Threads, cancellation);
        Garbage.Collect();
        var evaluated = new StageTiming("evaluate", time.GetElapsedTime(started).TotalSeconds, "how well classes separate");

        using var page = new MemoryStream();
        ReportPage.Write(
            new ReportContent(
                RunName.Of(input.Address, output.Address),
                time.GetUtcNow(),
                totals,
                plan.PassedOver ?? PassedOver.None,
                AlikeNames.DoubtsOf(totals, plan),
                pca.ExplainedVarianceRatio,
                settings.Model.FeatureWidth,
                evaluation,
                [.. timings, evaluated],
                SettingsTable(engine),
                ModelTable()),
            page);
        await ledger.WriteAsync(RunLayout.Report, page.GetBuffer().AsMemory(0, (int)page.Length), cancellation).ConfigureAwait(false);

        var groups = new ShardGroups(plan.Shards, plan.ShardSize).Count;
        for (var group = 0; group < groups; group++)
            await ledger.RemoveAsync(RunLayout.Moments(group), cancellation).ConfigureAwait(false);
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

    /// <summary>The seeded stratified sample, in key order, with thumbnails for a part of it.</summary>
    private async Task<IReadOnlyList<ReportSample>> SampleAsync(
        RunPlan plan,
        RunTotals totals,
        IStageProgress progress,
        CancellationToken cancellation)
    {
        var selection = new SampleSelection<int>(SampleSeed, SampleQuota.For(totals.ImagesPerLabel, SampleSeed));
        var most = (int)Math.Clamp(MostBytesAhead / ((long)plan.ShardSize * settings.Components * sizeof(float)), 1, output.ReadsInFlight);
        var parts = ReadAhead.InOrderAsync(
            plan.Shards, most, (number, token) => OpenAsync(RunLayout.Components(number), token), cancellation);
        var shard = 0;
        var offered = 0L;
        string? before = null;
        await foreach (var opened in parts.ConfigureAwait(false))
        {
            using var part = opened;
            progress.ShardDone();
            while (part.Reader.ReadRowGroup(out var images, out var labels, out _, out var rows))
            {
                for (var row = 0; row < rows; row++)
                {
                    if (before is not null && KeyOrder.Instance.Compare(before, images[row]) >= 0)
                        throw OutOfPlan(RunLayout.Components(shard));
                    before = images[row];
                    selection.Offer(images[row], labels[row], shard);
                }

                offered += rows;
            }

            shard++;
        }

        if (offered != totals.Images)
            throw OutOfPlan("components/");
        var pictured = SampleQuota.For(totals.ImagesPerLabel, SampleSeed, SampleQuota.MostThumbnails);
        var found = new ConcurrentBag<ReportSample>();
        var pixelBytes = new ByteBudget(ExtractionPool.MostPixelBytes);
        await Parallel.ForEachAsync(
            selection.Chosen().GroupBy(chosen => chosen.Place),
            new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation },
            async (ofShard, token) =>
            {
                var wanted = ofShard.ToDictionary(chosen => chosen.Image, StringComparer.Ordinal);
                using var features = await OpenAsync(RunLayout.Features(ofShard.Key), token).ConfigureAwait(false);
                using var components = await OpenAsync(RunLayout.Components(ofShard.Key), token).ConfigureAwait(false);
                var reduced = RowsOf(components.Reader, wanted.ContainsKey)
                    .ToDictionary(row => row.Image, row => row.Values, StringComparer.Ordinal);
                var entries = (await ManifestFile.ReadAsync(output, plan, ofShard.Key, token).ConfigureAwait(false))
                    .ToDictionary(entry => entry.Key, StringComparer.Ordinal);
                foreach (var (image, label, values) in RowsOf(features.Reader, wanted.ContainsKey))
                {
                    var thumbnail = wanted[image].Rank >= pictured.GetValueOrDefault(label)
                        ? null
                        : await ThumbnailAsync(
                            entries.GetValueOrDefault(image) ?? throw OutOfPlan(RunLayout.Features(ofShard.Key)), pixelBytes, token).ConfigureAwait(false);
                    found.Add(new ReportSample(image, label, values, reduced[image], thumbnail));
                }

                progress.ShardDone();
                Garbage.CollectLarge();
            }).ConfigureAwait(false);
        return [.. found.OrderBy(sample => sample.Image, KeyOrder.Instance)];
    }

    private static IEnumerable<(string Image, string Label, float[] Values)> RowsOf(PartReader part, Func<string, bool> isWanted)
    {
        while (part.ReadRowGroup(out var images, out var labels, out var values, out var rows))
        {
            var width = rows == 0 ? 0 : part.Width;
            for (var row = 0; row < rows; row++)
            {
                if (isWanted(images[row]))
                    yield return (images[row], labels[row], values.AsSpan(row * width, width).ToArray());
            }
        }
    }

    /// <summary>A small JPEG of an image; null when it cannot be read any more as it was, which the page shows as a plain dot.</summary>
    private async Task<byte[]?> ThumbnailAsync(ManifestEntry entry, ByteBudget pixelBytes, CancellationToken cancellation)
    {
        try
        {
            using var file = await input.ReadAsync(entry.Key, entry.ETag, cancellation).ConfigureAwait(false);
            var header = ImageHeader.Read(file.Span);
            var cost = DecodingCost.BytesOf(header, file.Span, byStrips: false);
            await pixelBytes.AcquireAsync(cost, cancellation).ConfigureAwait(false);
            try
            {
                return Thumbnail(header, file.Span);
            }
            finally
            {
                pixelBytes.Release(cost);
            }
        }
        catch (Exception failure) when (failure is InputException or RejectedImageException)
        {
            return null;
        }
    }

    private byte[] Thumbnail(in ImageHeader header, ReadOnlySpan<byte> file)
    {
        using var decoder = new ImageDecoder(new DecodeSettings(settings.MaxMegapixels, settings.HonourOrientation));
        using var image = new RgbImage();
        decoder.Decode(header, file, image);
        var scale = Math.Min(1.0, (double)ThumbnailSize / Math.Max(image.Width, image.Height));
        using var small = new RgbImage();
        small.Reset(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, small.Width, small.Height);
        resizer.Resize(image, small.Pixels);
        return JpegEncoder.Encode(small, ThumbnailQuality);
    }

    private async Task<OpenPart> OpenAsync(string key, CancellationToken cancellation)
    {
        var line = await ledger.GetAsync(key, cancellation).ConfigureAwait(false);
        return new OpenPart(await ledger.ReadAsync(line, cancellation).ConfigureAwait(false));
    }

    /// <summary>Images are in key order over all parts, and as many as the parts of features have.</summary>
    private static InvalidDataException OutOfPlan(string where) => new($"{where} does not list the images that were planned");

    private List<(string Name, string Value)> SettingsTable(string engine) =>
    [
        .. settings.Identity.Where(pair => pair.Key != "--model").Select(pair => (pair.Key, pair.Value)),
        ("--output", output.Address),
        ("--engine", engine),
        ("--threads", settings.Threads.ToString(CultureInfo.InvariantCulture)),
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

    private sealed class OpenPart(PooledBytes bytes) : IDisposable
    {
        public PartReader Reader { get; } = new(bytes.Memory);

        public void Dispose()
        {
            Reader.Dispose();
            bytes.Dispose();
        }
    }
}
