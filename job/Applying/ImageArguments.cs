using System.Runtime.CompilerServices;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Storage;

namespace Pomona.Job.Applying;

/// <summary>The images that a command line names: files, folders and <c>s3://</c> prefixes, streamed in their order.</summary>
internal sealed class ImageArguments : IDisposable
{
    private readonly Dictionary<string, RunInput> _inputs = new(StringComparer.Ordinal);
    private readonly List<IStore> _stores = [];
    private readonly IReadOnlyList<string> _arguments;

    /// <summary>Looks whether they are there.</summary>
    /// <exception cref="PomonaException">One of them is not.</exception>
    public ImageArguments(IReadOnlyList<string> arguments)
    {
        _arguments = arguments;
        if (arguments.FirstOrDefault(argument => !StoreAddress.IsS3(argument) && !Path.Exists(argument)) is { } missing)
            throw new PomonaException(ExitCode.Input, $"there is no file or folder {Printable.Excerpt(missing)}: check the name.");
    }

    /// <summary>How many images there are; of folders, files that are images by name.</summary>
    /// <exception cref="PomonaException">There is none.</exception>
    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        var count = 0L;
        await foreach (var image in ListAsync(cancellation).ConfigureAwait(false))
            count++;
        return count > 0
            ? count
            : throw new PomonaException(ExitCode.Input, $"there is no image in {Printable.Excerpt(string.Join(", ", _arguments))}: name files, or a folder of images.");
    }

    /// <summary>
    /// The images. One of a folder that is named alone is called by its path in it, as a run of that folder calls it; any other
    /// by its path as it was named.
    /// </summary>
    public async IAsyncEnumerable<NamedImage> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var argument in _arguments)
        {
            if (!StoreAddress.IsS3(argument) && File.Exists(argument))
            {
                yield return FileOf(argument);
                continue;
            }

            var input = InputOf(argument);
            await foreach (var item in input.ListAsync(cancellation).ConfigureAwait(false))
            {
                if (ImageFileName.IsImage(item.Key))
                {
                    yield return new NamedImage(
                        _arguments.Count == 1 ? item.Key : $"{argument.TrimEnd('/')}/{item.Key}", new ManifestEntry(item.Key, item.Size, item.ETag), input);
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (var store in _stores)
            store.Dispose();
    }

    private NamedImage FileOf(string argument)
    {
        var file = new FileInfo(argument);
        // No version: it is read once, as it is then.
        return new NamedImage(argument, new ManifestEntry(file.Name, file.Length, null!), InputOf(file.DirectoryName!));
    }

    private RunInput InputOf(string address)
    {
        if (!_inputs.TryGetValue(address, out var input))
        {
            var store = StoreAddress.Open(address);
            _stores.Add(store);
            _inputs.Add(address, input = new RunInput(store));
        }

        return input;
    }
}

/// <summary>An image to apply a model to.</summary>
/// <param name="Name">What it is called in the answer.</param>
/// <param name="Entry">Where it is in its input.</param>
/// <param name="Input">The folder or prefix that it is in.</param>
internal sealed record NamedImage(string Name, ManifestEntry Entry, RunInput Input);
