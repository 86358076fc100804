namespace Pomona.Contracts;

/// <summary>A complete manifest, ready to be written.</summary>
/// <param name="Index">The shard's number, from 0.</param>
/// <param name="Images">How many images it lists.</param>
/// <param name="Content">The whole file: one line of JSON (<see cref="ManifestEntry"/>) per image, UTF-8, each ended by a line feed.</param>
public sealed record ManifestShard(int Index, int Images, ReadOnlyMemory<byte> Content)
{
    /// <summary>Where it is written, relative to the run's folder.</summary>
    public string Path => RunLayout.Manifest(Index);
}
