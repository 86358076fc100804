using System.Security.Cryptography;
using Pomona.Contracts;
using Pomona.Job.Parquet;

namespace Pomona.Job.Applying;

/// <summary>
/// A Parquet file that has its name only once it is whole: it is written beside it, and renamed. What is there already is never
/// replaced.
/// </summary>
internal sealed class AppliedFile : IAppliedOutput
{
    private readonly string _path;
    private readonly string _aside;
    private readonly FileStream _stream;
    private readonly AppliedPart _part;
    private bool _named;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="components">How many components an image has.</param>
    /// <exception cref="PomonaException">It is there already, or cannot be written.</exception>
    public AppliedFile(string path, int components)
    {
        RequireFree(path);
        _path = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(_path)!;
        _aside = Path.Combine(folder, $".unfinished-{Convert.ToHexString(RandomNumberGenerator.GetBytes(6)).ToLowerInvariant()}");
        _stream = Explain(path, () =>
        {
            Directory.CreateDirectory(folder);
            return new FileStream(_aside, FileMode.CreateNew, FileAccess.Write);
        });
        _part = new AppliedPart(_stream, components);
    }

    /// <summary>Refuses a name that is taken.</summary>
    /// <exception cref="PomonaException">It is.</exception>
    public static void RequireFree(string path)
    {
        if (Path.Exists(path))
            throw new PomonaException(ExitCode.Conflict, $"{path} is there already, and nothing is overwritten: choose another --output.");
    }

    public void Add(AppliedImage image) => Explain(_path, () =>
    {
        _part.Add(image.Image, image.Class, image.Probability, image.Components.Span);
        return true;
    });

    public void Complete() => Explain(_path, () =>
    {
        _part.Complete();
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        RequireFree(_path);
        File.Move(_aside, _path);
        return _named = true;
    });

    public void Dispose()
    {
        try
        {
            _part.Dispose();
        }
        finally
        {
            try
            {
                _stream.Dispose();
            }
            catch (IOException)
            {
                // What a full disk does not take is not wanted any more.
            }

            if (!_named)
                File.Delete(_aside);
        }
    }

    private static T Explain<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ParquetSharp.ParquetException)
        {
            throw new PomonaException(
                ExitCode.Output,
                $"{path} cannot be written ({Printable.Excerpt(failure.Message.TrimEnd('.'), 300)}): nothing was left there; make room, or choose another --output.",
                failure);
        }
    }
}
