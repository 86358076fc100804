using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Models;

namespace Pomona.Job.Applying;

/// <summary>The classifier of a finished run, with how its images were brought to it.</summary>
internal sealed record AppliedModel(ClassSession Classifier, ImageRecipe Recipe)
{
    /// <summary>Loads it.</summary>
    /// <param name="run">The run's folder, or what was fetched of it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PomonaException">The run has not finished, or has no classifier.</exception>
    public static async Task<AppliedModel> OpenAsync(IStore run, CancellationToken cancellation)
    {
        if (await RunNotes.MarkerAsync(run, folder: string.Empty, cancellation).ConfigureAwait(false) is null)
        {
            throw new ModelException(
                $"{run.Address} is not the folder of a finished run ({RunLayout.Marker} is missing or not a run's): give --model the folder that a run has written.");
        }

        if (!await run.ExistsAsync(RunLayout.ClassModel, cancellation).ConfigureAwait(false))
        {
            throw new ModelException(
                $"the run in {run.Address} has no classifier ({RunLayout.ClassModel}): its {RunLayout.Report} says why, or an earlier version made it; "
                + "make a run of two classes or more.");
        }

        using var bytes = await run.ReadAsync(RunLayout.ClassModel, etag: null, cancellation).ConfigureAwait(false);
        var path = StoreAddress.Of(run, RunLayout.ClassModel);
        var classifier = ClassSession.Load(bytes.Span.ToArray(), path);
        if (ModelNote.ReadRecipe(classifier.Notes) is { } recipe)
            return new AppliedModel(classifier, recipe);
        classifier.Dispose();
        throw new ModelException($"the model {path} does not say how images are brought to it: make the run again with this version.");
    }

    /// <summary>Starts the threads that apply it; they dispose of it.</summary>
    public ExtractionPool Start(int threads, Decoding decoding, TimeProvider time)
    {
        var input = Classifier.Session.Metadata;
        return new ExtractionPool(
            () => Classifier.Session, Recipe.DecodingFor(input.InputWidth, input.InputHeight), Recipe.Resize, threads, decoding, time);
    }
}
