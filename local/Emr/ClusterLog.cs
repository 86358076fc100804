using System.Text;

namespace Pomona.Local.Emr;

/// <summary>What a process on a node has written to one of its outputs.</summary>
internal sealed class ClusterLog
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();

    public void Write(string line)
    {
        lock (_gate)
            _text.Append(line).Append('\n');
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_gate)
            return _text.ToString();
    }
}
