using System.Globalization;
using System.Text;

namespace Pomona.CommandLine;

/// <summary>
/// The file in which a script that waits for the program (bootstrap/run-step.sh) finds how it ended, where the program's output
/// may be lost on its way: the process's number in the first line; from the end on, the exit code in the second and the last
/// sentence, if there is one, in the third. A number alone is of a program that was killed.
/// </summary>
internal sealed class LastWord
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "POMONA_LAST_WORD";

    private readonly string _file;

    private LastWord(string file) => _file = file;

    /// <summary>Notes that the program has started; null where nobody asks.</summary>
    public static LastWord? Begin()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } file)
            return null;
        var word = new LastWord(file);
        word.Write(string.Empty);
        return word;
    }

    /// <summary>Notes how it ended.</summary>
    public void End(int code, string sentence) => Write(string.Create(
        CultureInfo.InvariantCulture, $"{code}\n{sentence.ReplaceLineEndings(" ")}\n"));

    private void Write(string end)
    {
        try
        {
            File.WriteAllText(
                _file + ".new", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{end}"), new UTF8Encoding(false));
            File.Move(_file + ".new", _file, overwrite: true);
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            // A by-product: on a full disk the exit code alone tells.
        }
    }
}
