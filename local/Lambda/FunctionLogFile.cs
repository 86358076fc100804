using System.Text;

namespace Pomona.Local.Lambda;

/// <summary>A function's log file, which all its instances write to, each line whole.</summary>
internal sealed class FunctionLogFile(string path)
{
    private readonly Lock _gate = new();

    /// <summary>Adds a line.</summary>
    public void Write(string line)
    {
        lock (_gate)
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }
}
