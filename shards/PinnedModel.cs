using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Shards;

/// <summary>The model of a run's bundle, in a folder of this instance's own, each file compared with the bundle's list.</summary>
/// <param name="bundle">The bundle's folder, closed.</param>
/// <param name="name">Its name: the SHA-256 of its list.</param>
/// <param name="folder">Where files are kept for the next call.</param>
internal sealed class PinnedModel(IStore bundle, string name, string folder)
{
    /// <summary>The model's file, with its description beside it.</summary>
    /// <exception cref="RunRefusedException">The bundle lacks it, or holds another than its list says.</exception>
    public async Task<string> FileAsync(CancellationToken cancellation)
    {
        var own = Path.Combine(folder, "pomona-model-" + name);
        if (!Directory.Exists(own))
            await FetchAsync(own, cancellation);
        return Path.Combine(own, Path.GetFileName(ArtifactSums.Model));
    }

    private async Task FetchAsync(string own, CancellationToken cancellation)
    {
        var sums = await SumsAsync(cancellation);
        // Aside, and renamed when both are whole: a call that was killed leaves nothing that looks like a model.
        var aside = Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName())).FullName;
        try
        {
            foreach (var file in (string[])[ArtifactSums.Model, ArtifactSums.ModelDescription])
            {
                if (!sums.TryGetValue(file, out var sum))
                    throw Wrong(file, "is not in the bundle's list");
                using var content = await bundle.ReadAsync(file, etag: null, cancellation);
                if (Sha256Text.Of(content.Span) != sum)
                    throw Wrong(file, $"is not the file that {BucketLayout.ArtifactList} names");
                await File.WriteAllBytesAsync(Path.Combine(aside, Path.GetFileName(file)), content.Memory, cancellation);
            }

            Directory.Move(aside, own);
        }
        catch (IOException) when (Directory.Exists(own))
        {
            // Another process over the same folder was first: it is the same model.
        }
        finally
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> SumsAsync(CancellationToken cancellation)
    {
        var list = await bundle.TryReadAsync(BucketLayout.ArtifactList, ArtifactSums.Largest, cancellation)
            ?? throw Wrong(BucketLayout.ArtifactList, "is not there");
        try
        {
            return ArtifactSums.Read(list.Content.Span, name);
        }
        catch (FormatException other)
        {
            throw Wrong(BucketLayout.ArtifactList, other.Message);
        }
    }

    private RunRefusedException Wrong(string file, string clause)
        => new($"{bundle.Address}{file} {clause}: run ./pomona bundle and upload dist/artifacts again (docs/deploying.md).");
}
