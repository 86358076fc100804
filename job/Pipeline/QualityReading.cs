using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Parquet;
using Pomona.Job.Quality;
using Pomona.Job.Runs;
using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;
using Pomona.Storage;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>Reads what of a run's images is looked through: all of them up to a budget of memory, beyond it a seeded sample.</summary>
internal sealed class QualityReading
{
    /// <summary>What cues and components of the images may take of memory: those of about 245,000 images with 50 components.</summary>
    public const long MostBytes = 256 << 20;

    /// <summary>What the features of photographs may take: those of about 105,000 with 1,280 features.</summary>
    public const long MostFeatureBytes = 128 << 20;

    // Its key, and what else is known of it.
    private const int OtherBytes = 128;

    // A part as it was read, and its records.
    private const int CopiesInMemory = 3;

    private readonly RunParts _parts;
    private readonly RunPlan _plan;
    private readonly RunTotals _totals;
    private readonly int _components;
    private readonly int _features;
    private readonly Sampling _sampling;
    private readonly List<(string Image, int Shard)> _firsts = [];

    /// <summary>Nothing is read yet.</summary>
    /// <param name="parts">The run's.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="totals">What its images gave.</param>
    /// <param name="components">Components per image.</param>
    /// <param name="features">Features per image.</param>
    /// <param name="mostBytes">Instead of <see cref="MostBytes"/>.</param>
    public QualityReading(RunParts parts, RunPlan plan, RunTotals totals, int components, int features, long mostBytes = MostBytes)
    {
        (_parts, _plan, _totals, _components, _features) = (parts, plan, totals, components, features);
        _sampling = Sampling.Of(totals.Images, mostBytes / (ImageCues.PictureBytes + OtherBytes + (sizeof(float) * (long)components)));
    }

    /// <summary>The images to look through, and of all images those that are there more than once.</summary>
    public async Task<(ExaminedImages Images, IReadOnlyList<HashedImage> Copies)> ImagesAsync(CancellationToken cancellation)
    {
        string[] classes = [.. _totals.ImagesPerLabel.Keys.Order(StringComparer.Ordinal)];
        var hashes = new UInt128[_totals.Images];
        var gathered = new Gathered(_sampling.Most, _components);
        var next = 0;
        await foreach (var opened in ShardsAsync(cancellation).ConfigureAwait(false))
        {
            using var shard = opened;
            var records = shard.Records;
            if (records.Count > 0)
                _firsts.Add((records[0].Image, shard.Number));
            var row = 0;
            while (shard.Components.Reader.ReadRowGroup(out var images, out _, out var values, out var rows))
            {
                for (var i = 0; i < rows; i++, row++)
                {
                    if (row >= records.Count || records[row].Image != images[i] || next >= hashes.Length)
                        throw RunParts.OutOfPlan(RunLayout.Cues(shard.Number));
                    var hash = HashOf(records[row]);
                    hashes[next++] = hash;
                    if (_sampling.Includes(images[i]))
                    {
                        var label = Array.BinarySearch(classes, records[row].Label, StringComparer.Ordinal);
                        gathered.Add(records[row], label, _plan.Tests(images[i]), hash, values.AsSpan(i * _components, _components));
                    }
                }
            }
        }

        if (next != hashes.Length)
            throw RunParts.OutOfPlan(RunLayout.CuesFolder);
        var repeated = ExactDuplicates.Repeated(hashes);
        var examined = gathered.ToImages(classes);
        return (examined, await CopiesAsync(examined, repeated, cancellation).ConfigureAwait(false));
    }

    /// <summary>The features of photographs among images, and a sentence where not all were read; null where there is none to compare.</summary>
    public async Task<(PhotographFeatures? Features, string? Note)> PhotographsAsync(ExaminedImages images, CancellationToken cancellation)
    {
        int[] all = [.. Enumerable.Range(0, images.Count).Where(image => PhotographFeatures.IsPhotograph(images.Sizes[image]))];
        if (all.Length < 2)
            return (null, null);
        int[]? chosen = null;
        sbyte[] rows = [];
        var (width, next) = (0, 0);
        var shards = all.Select(image => ShardOf(images.Images[image])).Distinct().ToArray();
        var read = _parts.InOrderAsync(
            _plan, shards.Length, sizeof(float) * (long)_features, (number, token) => _parts.OpenAsync(RunLayout.Features(shards[number]), token), cancellation);
        await foreach (var opened in read.ConfigureAwait(false))
        {
            using var part = opened;
            if (chosen is null)
            {
                width = part.Reader.Width;
                var sampling = Sampling.Of(all.Length, MostFeatureBytes / width);
                chosen = [.. all.Where(image => sampling.Includes(images.Images[image]))];
                rows = new sbyte[(long)chosen.Length * width];
            }

            while (part.Reader.ReadRowGroup(out var keys, out _, out var values, out var count))
            {
                for (var i = 0; i < count && next < chosen.Length; i++)
                {
                    if (keys[i] != images.Images[chosen[next]])
                        continue;
                    CloseFeatures.Quantise(values.AsSpan(i * width, width), rows.AsSpan(next++ * width, width));
                }
            }
        }

        if (next != chosen!.Length)
            throw RunParts.OutOfPlan(RunLayout.FeaturesFolder);
        return (
            new PhotographFeatures(chosen, rows, width),
            chosen.Length == all.Length
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"Cropped copies were looked for in a seeded sample of {chosen.Length:N0} of {all.Length:N0} photographs."));
    }

    /// <summary>The shard of an image, once the images are read.</summary>
    public int ShardOf(string image)
    {
        var (low, high) = (0, _firsts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = KeyOrder.Instance.Compare(_firsts[middle].Image, image) <= 0 ? (middle, high) : (low, middle - 1);
        }

        return _firsts[low].Shard;
    }

    private static UInt128 HashOf(ImageRecord record)
        => UInt128.Parse(record.ContentHash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private IAsyncEnumerable<OpenShard> ShardsAsync(CancellationToken cancellation)
        => _parts.InOrderAsync(
            _plan,
            _plan.Shards,
            (CopiesInMemory * (ImageCues.PictureBytes + OtherBytes)) + (sizeof(float) * (long)_components),
            async (number, token) =>
            {
                using var cues = await _parts.ReadAsync(RunLayout.Cues(number), token).ConfigureAwait(false);
                return new OpenShard(number, CuesPart.Read(cues.Memory), await _parts.OpenAsync(RunLayout.Components(number), token).ConfigureAwait(false));
            },
            cancellation);

    private async Task<IReadOnlyList<HashedImage>> CopiesAsync(ExaminedImages images, IReadOnlySet<UInt128> repeated, CancellationToken cancellation)
    {
        var copies = new List<HashedImage>();
        if (repeated.Count == 0)
            return copies;
        if (images.Count == _totals.Images)
        {
            for (var image = 0; image < images.Count; image++)
            {
                if (repeated.Contains(images.ContentHashes[image]))
                    copies.Add(new HashedImage(images.Images[image], images.LabelOf(image), images.AreTests[image], images.ContentHashes[image]));
            }

            return copies;
        }

        var read = _parts.InOrderAsync(
            _plan, _plan.Shards, ImageCues.PictureBytes + OtherBytes, (number, token) => _parts.ReadAsync(RunLayout.Cues(number), token), cancellation);
        await foreach (var opened in read.ConfigureAwait(false))
        {
            using var cues = opened;
            foreach (var record in CuesPart.Read(cues.Memory))
            {
                var hash = HashOf(record);
                if (copies.Count < QualityStage.MostLines && repeated.Contains(hash))
                    copies.Add(new HashedImage(record.Image, record.Label, _plan.Tests(record.Image), hash));
            }
        }

        return copies;
    }

    /// <summary>Which images are looked through: all, or those whose hash of seed and key is small enough.</summary>
    /// <param name="Most">How many at most.</param>
    /// <param name="HighestHash">The highest hash that is taken.</param>
    private sealed record Sampling(int Most, ulong HighestHash)
    {
        public static Sampling Of(long images, long most)
        {
            if (images <= most)
                return new Sampling((int)images, ulong.MaxValue);
            // So many fewer are expected that more than there is room for are not to be feared.
            var expected = Math.Max(most / 2.0, most - (6 * Math.Sqrt(most)));
            return new Sampling((int)Math.Max(1, most), (ulong)(expected / images * ulong.MaxValue));
        }

        public bool Includes(string image) => HighestHash == ulong.MaxValue || SplitMix64.Hash(SampleQuota.Seed, image) <= HighestHash;
    }

    /// <summary>Images as they come.</summary>
    private sealed class Gathered(int most, int components)
    {
        private readonly List<string> _images = new(most);
        private readonly int[] _labels = new int[most];
        private readonly bool[] _areTests = new bool[most];
        private readonly UInt128[] _hashes = new UInt128[most];
        private readonly byte[] _pictures = new byte[(long)most * ImageCues.PictureBytes];
        private readonly (int, int)[] _sizes = new (int, int)[most];
        private readonly float[] _sharpness = new float[most];
        private readonly float[] _components = new float[(long)most * components];

        public void Add(ImageRecord record, int label, bool isTest, UInt128 hash, ReadOnlySpan<float> values)
        {
            var at = _images.Count;
            if (at == most)
                return;
            _images.Add(record.Image);
            (_labels[at], _areTests[at], _hashes[at], _sizes[at], _sharpness[at]) = (label, isTest, hash, (record.Width, record.Height), record.Cues.Sharpness);
            record.Picture.CopyTo(_pictures, (long)at * ImageCues.PictureBytes);
            values.CopyTo(_components.AsSpan(at * components));
        }

        public ExaminedImages ToImages(IReadOnlyList<string> classes)
        {
            var count = _images.Count;
            return new ExaminedImages(
                classes,
                _images,
                count == most ? _labels : _labels[..count],
                count == most ? _areTests : _areTests[..count],
                count == most ? _hashes : _hashes[..count],
                count == most ? _pictures : _pictures[..(count * ImageCues.PictureBytes)],
                count == most ? _sizes : _sizes[..count],
                count == most ? _sharpness : _sharpness[..count],
                count == most ? _components : _components[..(count * components)]);
        }
    }

    /// <summary>A shard's cues and components.</summary>
    private sealed record OpenShard(int Number, IReadOnlyList<ImageRecord> Records, RunParts.OpenPart Components) : IDisposable
    {
        public void Dispose() => Components.Dispose();
    }
}
