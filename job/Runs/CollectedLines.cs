using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pomona.Contracts;

namespace Pomona.Job.Runs;

/// <summary>
/// The lines of a file of JSON as they are collected, since the ledger wants size and hash before the file is there: in memory
/// while they are few, then in a temporary file that has no name any more where the system allows it.
/// </summary>
/// <typeparam name="T">A line.</typeparam>
/// <param name="what">What is listed, for a sentence: "rejected images".</param>
/// <param name="form">How a line is written.</param>
internal sealed class CollectedLines<T>(string what, JsonTypeInfo<T> form) : IDisposable
{
    /// <summary>The bytes that are held in memory.</summary>
    public const int MostInMemory = 1 << 20;

    private Stream _lines = new MemoryStream();

    /// <summary>All lines so far, for reading from its beginning; it goes with this.</summary>
    public Stream Content => _lines;

    /// <summary>Adds a line.</summary>
    /// <exception cref="PomonaException">The temporary folder does not take them.</exception>
    public void Add(T line)
    {
        try
        {
            JsonSerializer.Serialize(_lines, line, form);
            _lines.WriteByte((byte)'\n');
            if (_lines is MemoryStream { Length: > MostInMemory } memory)
                MoveToFile(memory);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new PomonaException(
                ExitCode.Output,
                $"the list of {what}, which is collected in {Path.GetTempPath()}, cannot be written there ({cause.Message.TrimEnd('.')}): "
                + "make room, or name another folder in TMPDIR, then run the same command again: it goes on where it stopped.",
                cause);
        }
    }

    public void Dispose() => _lines.Dispose();

    private void MoveToFile(MemoryStream memory)
    {
        var path = Path.Combine(Path.GetTempPath(), $"pomona-{Path.GetRandomFileName()}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        _lines = file;
        // Without a name it goes with this process, however that ends.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        memory.Position = 0;
        memory.CopyTo(file);
        memory.Dispose();
    }
}
