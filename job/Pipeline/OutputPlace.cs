using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>Where an output lies to its input.</summary>
internal static class OutputPlace
{
    /// <summary>The folders that a run makes in its output.</summary>
    private static IEnumerable<string> Folders => RunLayout.Folders.Select(static folder => folder[..(folder.IndexOf('/', StringComparison.Ordinal) + 1)]);

    /// <summary>Refuses an output whose folders are folders of images of the input: what a run writes would lie among them.</summary>
    /// <exception cref="PomonaException">They are.</exception>
    public static async Task RequireApartAsync(RunInput input, IStore output, CancellationToken cancellation)
    {
        var (inputRoot, outputRoot) = (Rooted(input.Address), Rooted(output.Address));
        foreach (var folder in Folders)
        {
            var place = outputRoot + folder;
            if (inputRoot.StartsWith(place, StringComparison.Ordinal)
                || (place.StartsWith(inputRoot, StringComparison.Ordinal)
                    && await HasImagesAsync(input, place[inputRoot.Length..], cancellation).ConfigureAwait(false)))
            {
                throw new PomonaException(
                    ExitCode.Conflict,
                    $"{place} holds images of the input, and a run with --output {output.Address} would write there: choose another --output.");
            }
        }
    }

    private static async Task<bool> HasImagesAsync(RunInput input, string below, CancellationToken cancellation)
    {
        await foreach (var item in input.ListAsync(below, cancellation).ConfigureAwait(false))
        {
            if (ImageFileName.IsImage(item.Key))
                return true;
        }

        return false;
    }

    private static string Rooted(string address) => address.EndsWith('/') ? address : address + "/";
}
