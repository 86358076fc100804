using System.Text;
using Pomona.Local.Processes;

namespace Pomona.Local.Lambda;

/// <summary>What an instance of a function writes: kept in a file, and for the running invocation in memory.</summary>
/// <param name="file">The function's log file.</param>
internal sealed class FunctionLog(LogFile file)
{
    private const int TailLength = 4096;

    private readonly Lock _gate = new();
    private readonly StringBuilder _current = new();

    /// <summary>Forgets the lines of the invocation before.</summary>
    public void Begin()
    {
        lock (_gate)
            _current.Clear();
    }

    public void Write(string line)
    {
        lock (_gate)
        {
            _current.Append(line).Append('\n');
            // Only the tail is ever asked for.
            if (_current.Length > 16 * TailLength)
                _current.Remove(0, _current.Length - TailLength);
            file.Write(line);
        }
    }

    /// <summary>The last 4 KB of the running invocation's lines.</summary>
    public string Tail()
    {
        lock (_gate)
        {
            var bytes = Encoding.UTF8.GetBytes(_current.ToString());
            return Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - TailLength)));
        }
    }
}
