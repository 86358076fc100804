using System.Collections.Concurrent;
using Pomona.Job.Memory;
using Pomona.Job.Runs;
using Pomona.Storage;
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
    /// <summary>What <see cref="PixelBytes"/> holds: two telephone photos decoded whole, and some.</summary>
    public const long MostPixelBytes = 128L << 20;

    private readonly BlockingCollection<Request> _requests = [];
    private readonly RunSettings _settings;
    private readonly FeatureSession _session;
    private readonly Thread[] _threads;
    private bool _disposed;

    /// <summary>Loads the model and starts the threads.</summary>
    public ExtractionPool(RunSettings settings)
    {
        _settings = settings;
        // What the threads will need and a machine may lack: found out here, where the caller hears of it.
        using (new ImageDecoder(settings.Decoding))
            _session = FeatureSession.Load(settings.ModelPath, settings.Model);
        _threads = new Thread[settings.Threads];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"extract {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>The bytes of image files that may be in memory at once.</summary>
    public ByteBudget FileBytes { get; } = new(64L << 20);

    /// <summary>What decoding may take of memory at once (<see cref="DecodingCost"/>).</summary>
    public ByteBudget PixelBytes { get; } = new(MostPixelBytes);

    /// <summary>Computes the features of one image file; the reason of its rejection, or null.</summary>
    /// <param name="file">The image file; the caller keeps it alive until the result is there.</param>
    /// <param name="features">Filled with the model's numbers.</param>
    public Task<string?> ExtractAsync(PooledBytes file, Memory<float> features)
    {
        var request = new Request(file, features, new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
        _requests.Add(request);
        return request.Done.Task;
    }

    public void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        _requests.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
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
        using var decoder = new ImageDecoder(_settings.Decoding);
        using var image = new RgbImage();
        using var worker = _session.CreateWorker();
        var model = _settings.Model;
        using var resizer = new PixelResizer(_settings.Resize, model.InputWidth, model.InputHeight);
        var pixels = new byte[model.InputWidth * model.InputHeight * 3];
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            try
            {
                request.Done.SetResult(Extract(request, decoder, image, resizer, pixels, worker));
            }
            catch (Exception fault)
            {
                // Carried to the shard that asked; this thread goes on with the next image.
                request.Done.SetException(fault);
            }
        }
    }

    private string? Extract(
        Request request,
        ImageDecoder decoder,
        RgbImage image,
        PixelResizer resizer,
        byte[] pixels,
        FeatureWorker worker)
    {
        var file = request.File.Span;
        if (file.IsEmpty)
            return "the file is empty";

        var header = ImageHeader.Read(file);
        var byStrips = resizer.Strips is not null && decoder.GoesByStrips(header, file);
        var cost = decoder.CostOf(header, file, byStrips);
        PixelBytes.Acquire(cost);
        try
        {
            if (byStrips && decoder.TryDecodeByStrips(header, file, resizer.Strips!))
            {
                resizer.Finish(pixels);
            }
            else
            {
                decoder.Decode(header, file, image);
                resizer.Resize(image, pixels);
            }
        }
        catch (RejectedImageException rejected)
        {
            return rejected.Message;
        }
        finally
        {
            if (header.PixelCount > DecodingCost.LargePixels)
                image.Reset(1, 1);
            PixelBytes.Release(cost);
        }

        var features = request.Features.Span;
        worker.Run(pixels, features);
        foreach (var value in features)
        {
            if (!float.IsFinite(value))
                return "the model gave a feature that is not a finite number";
        }

        return null;
    }

    private sealed record Request(PooledBytes File, Memory<float> Features, TaskCompletionSource<string?> Done);
}
