using System.Collections.Concurrent;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Memory;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Budget;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models;
using Pomona.Vision.Resizing;

namespace Pomona.Job.Pipeline;

/// <summary>
/// The threads that turn image files into features: one per core, each with its own decoder, resizer and bound tensors, all
/// over one ONNX Runtime session. That is the fastest arrangement measured (docs/performance.md): batches and threads inside
/// the session cost more memory and are slower.
/// </summary>
internal sealed class ExtractionPool : IDisposable
{
    /// <summary>Of the budgets below; more threads than these have as much for each.</summary>
    private const int LeastThreads = 4;

    private readonly BlockingCollection<Request> _requests = [];
    private readonly DecodeSettings _settings;
    private readonly ResizeFilter _resize;
    private readonly FeatureSession _session;
    private readonly Decoding _decoding;
    private readonly DecodingWatch _watch;
    private readonly PixelShelf _shelf;
    private readonly Thread[] _threads;
    private bool _disposed;

    /// <summary>Loads the model and starts the threads.</summary>
    public ExtractionPool(RunSettings settings, Decoding decoding, TimeProvider time)
        : this(() => FeatureSession.Load(settings.ModelPath, settings.Model), settings.Decoding, settings.Resize, settings.Threads, decoding, time)
    {
    }

    /// <summary>Loads the model and starts the threads.</summary>
    /// <param name="load">Loads it; the pool disposes of it.</param>
    /// <param name="settings">What is decoded of an image.</param>
    /// <param name="resize">The filter that brings it to the model's size.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="decoding">How this process decodes.</param>
    /// <param name="time">The clock.</param>
    public ExtractionPool(
        Func<FeatureSession> load, DecodeSettings settings, ResizeFilter resize, int threads, Decoding decoding, TimeProvider time)
    {
        (_settings, _resize, _decoding) = (settings, resize, decoding);
        NativeHeap.ReturnLarge();
        // What the threads will need and a machine may lack: found out here, where the caller hears of it.
        using (new ImageDecoder(settings))
            _session = load();
        _watch = decoding.Watch(time);
        var shares = Math.Max(LeastThreads, threads);
        FileBytes = new ByteBudget(shares * (16L << 20));
        var pixels = shares * (32L << 20);
        PixelBytes = new ByteBudget(pixels);
        _shelf = new PixelShelf(pixels, () => PixelBytes.Used);
        _threads = new Thread[threads];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"extract {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>
    /// The bytes of image files that may be in memory at once: 64 MB, which is sixteen telephone photos on their way or waiting,
    /// and 16 MB a thread where there are many.
    /// </summary>
    public ByteBudget FileBytes { get; }

    /// <summary>
    /// What decoding may take of memory at once (<see cref="DecodingCost"/>): 128 MB, which is three telephone photos decoded whole,
    /// and 32 MB a thread where there are many.
    /// </summary>
    public ByteBudget PixelBytes { get; }

    /// <summary>Computes the features of one image file, and looks at it once.</summary>
    /// <param name="image">Whose features, and where it is noted when it takes too long.</param>
    /// <param name="label">Its class, for its record.</param>
    /// <param name="file">The image file; the caller keeps it alive until the result is there.</param>
    /// <param name="features">Filled with the model's numbers.</param>
    /// <param name="withThumbnail">Whether the record is to have one.</param>
    public Task<Extraction> ExtractAsync(WatchedImage image, string label, PooledBytes file, Memory<float> features, bool withThumbnail)
    {
        var request = new Request(
            image, label, file, features, withThumbnail,
            new TaskCompletionSource<Extraction>(TaskCreationOptions.RunContinuationsAsynchronously));
        _requests.Add(request);
        return request.Done.Task;
    }

    /// <summary>Gives back the memory that is kept for the next large image.</summary>
    public void Trim() => _shelf.Clear();

    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        _requests.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _watch.Dispose();
        _shelf.Dispose();
        _session.Dispose();
        _requests.Dispose();
    }

    private void Work()
    {
        try
        {
            WorkOnRequests();
        }
        catch (Exception fault)
        {
            // What the thread works with could not be made, for lack of memory most likely: whoever asks it hears why.
            foreach (var request in _requests.GetConsumingEnumerable())
                request.Done.SetException(fault);
        }
    }

    private void WorkOnRequests()
    {
        using var meter = _watch.Join();
        using var decoder = _decoding.NewDecoder(_settings, meter, _shelf);
        using var image = new RgbImage(_shelf);
        using var worker = _session.CreateWorker();
        var model = _session.Metadata;
        using var resizer = new PixelResizer(_resize, model.InputWidth, model.InputHeight);
        var pixels = new byte[model.InputWidth * model.InputHeight * 3];
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            try
            {
                request.Done.SetResult(Extract(request, meter, decoder, image, resizer, pixels, worker));
            }
            catch (Exception fault)
            {
                // Carried to the shard that asked; this thread goes on with the next image.
                request.Done.SetException(fault);
            }
        }
    }

    private Extraction Extract(
        Request request,
        DecodingMeter meter,
        IImageDecoder decoder,
        RgbImage image,
        PixelResizer resizer,
        byte[] pixels,
        FeatureWorker worker)
    {
        var file = request.File.Span;
        if (file.IsEmpty)
            return new Extraction("the file is empty", IsSlow: false, Record: null);

        var header = ImageHeader.Read(file);
        var byStrips = resizer.Strips is not null && decoder.GoesByStrips(header, file);
        var cost = decoder.CostOf(header, file, byStrips);
        PixelBytes.Acquire(cost);
        _shelf.MakeRoom();
        string? rejection = null, slow;
        var size = (Width: 0, Height: 0);
        meter.Begin(header, request.Image);
        try
        {
            if (byStrips && decoder.TryDecodeByStrips(header, file, resizer.Strips!))
            {
                resizer.Finish(pixels);
                size = (header.Width, header.Height);
            }
            else
            {
                decoder.Decode(header, file, image);
                resizer.Resize(image, pixels);
                // A draft of a JPEG is smaller than the picture; all others have their size once they are decoded.
                size = header.Format != ImageFormat.Jpeg ? (image.Width, image.Height)
                    : _settings.HonourOrientation ? header.UprightSize(file)
                    : (header.Width, header.Height);
            }
        }
        catch (RejectedImageException rejected)
        {
            rejection = rejected.Message;
        }
        finally
        {
            slow = meter.End();
            // In this order: the shelf keeps what the budget has room for.
            PixelBytes.Release(cost);
            image.Clear();
        }

        if ((slow ?? rejection) is { } reason)
            return new Extraction(reason, slow is not null, Record: null);

        var features = request.Features.Span;
        worker.Run(pixels, features);
        foreach (var value in features)
        {
            if (!float.IsFinite(value))
                return new Extraction("the model gave a feature that is not a finite number", IsSlow: false, Record: null);
        }

        return new Extraction(Reason: null, IsSlow: false, Look(request, size, pixels));
    }

    private ImageRecord Look(Request request, (int Width, int Height) size, byte[] pixels)
    {
        var (width, height) = (_session.Metadata.InputWidth, _session.Metadata.InputHeight);
        var picture = new byte[ImageCues.PictureBytes];
        var cues = ImageCues.Of(pixels, width, height, picture);
        return new ImageRecord(
            request.Image.Key,
            request.Label,
            size.Width,
            size.Height,
            picture,
            cues,
            ImageRecord.HashOf(request.File.Span),
            request.WithThumbnail ? Thumbnail.Of(pixels, (width, height), size) : null);
    }

    private sealed record Request(
        WatchedImage Image, string Label, PooledBytes File, Memory<float> Features, bool WithThumbnail, TaskCompletionSource<Extraction> Done);
}

/// <summary>What an image gave.</summary>
/// <param name="Reason">Of its rejection, or null.</param>
/// <param name="IsSlow">Whether the reason is that it takes too long.</param>
/// <param name="Record">What was seen of it; null when it was rejected.</param>
internal sealed record Extraction(string? Reason, bool IsSlow, ImageRecord? Record);
