using Pomona.Job.Evaluation;
using Pomona.Job.Pipeline;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Applying;

/// <summary>Applies a run's model to any number of images: a bounded window of them is under way, and answers come in their order.</summary>
/// <param name="model">The model.</param>
/// <param name="pool">The threads that apply it.</param>
/// <param name="window">How many images are under way at most.</param>
internal sealed class Application(AppliedModel model, ExtractionPool pool, int window)
{
    private static readonly ThumbnailSample NoThumbnails = new(new Dictionary<string, ulong>());

    /// <summary>Applies it to all; how many were rejected.</summary>
    /// <param name="images">The images.</param>
    /// <param name="answer">Called for each, in order, rejected or not.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<long> RunAsync(IAsyncEnumerable<NamedImage> images, Action<AppliedImage> answer, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var underWay = new Queue<Task<AppliedImage>>(window);
        var rejected = 0L;
        try
        {
            await foreach (var image in images.WithCancellation(cancellation).ConfigureAwait(false))
            {
                if (underWay.Count == window)
                    await AnswerFirstAsync().ConfigureAwait(false);
                underWay.Enqueue(Task.Run(() => ApplyAsync(image, stopping.Token), stopping.Token));
            }

            while (underWay.Count > 0)
                await AnswerFirstAsync().ConfigureAwait(false);
            return rejected;
        }
        catch
        {
            // The pool must not end under those that still wait for it.
            await stopping.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(underWay)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        async Task AnswerFirstAsync()
        {
            var first = await underWay.Dequeue().ConfigureAwait(false);
            rejected += first.Rejected is null ? 0 : 1;
            answer(first);
        }
    }

    private async Task<AppliedImage> ApplyAsync(NamedImage image, CancellationToken cancellation)
    {
        var labels = model.Classifier.Labels;
        var numbers = new float[labels.Count + model.Classifier.Components];
        var extracted = await new ImageExtraction(image.Input, pool, NoThumbnails, model.Recipe.MaxMegapixels)
            .ExtractAsync(image.Entry, label: "", known: null, notes: null, numbers, cancellation).ConfigureAwait(false);
        if (extracted.Reason is { } reason)
            return new AppliedImage(image.Name, "", 0, default, reason);

        var best = 0;
        for (var c = 1; c < labels.Count; c++)
        {
            if (numbers[c] > numbers[best])
                best = c;
        }

        return new AppliedImage(image.Name, labels[best], numbers[best], numbers.AsMemory(labels.Count));
    }
}
