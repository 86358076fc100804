using System.Text;

namespace Pomona.Local.Processes;

/// <summary>
/// A log file that several write to, each line whole. It is a by-product: a line that a full disk does not take is dropped, and
/// neither whoever writes it nor the process whose output it is has to know.
/// </summary>
internal sealed class LogFile(string path)
{
    private readonly Lock _gate = new();

    public void Write(string line)
    {
        lock (_gate)
        {
            try
            {
                using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
                stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            }
            catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
            {
                // The front's own log tells of what matters; this is only what programs said.
            }
        }
    }
}
