using System.Text.Json;

namespace Pomona.Tests;

/// <summary>
/// Holds what programs that stand for <c>aws</c> were asked against the AWS command line itself (<c>tests/aws_knows.py</c>): its parser,
/// and the service models that come with it. It comes with the local cloud's Python packages (<c>local/Moto/requirements.txt</c>).
/// </summary>
/// <remarks>Those programs are shell scripts, because a test asks dozens of things: the real one takes most of a second for each.</remarks>
internal static class KnownAwsCalls
{
    /// <summary>Why they cannot be held against it on this machine; null when they can.</summary>
    public static string? Missing { get; } = Tool.Run("python3", ["-c", "import awscli"]).ExitCode == 0 ? null : "needs python3 with awscli: pip install awscli";

    /// <summary>
    /// The lines of a bash script that record its words in a folder's file <c>aws-calls</c>; files that they name for input are recorded
    /// as what they hold, since whoever asks removes them.
    /// </summary>
    public static string Recording(string folder) => $$"""
        words=()
        for word in "$@"; do
            case "$word" in file://*) word="$(cat "${word#file://}")" ;; fileb://*) word='{}' ;; esac
            words+=("$word")
        done
        printf '%s\0' "${#words[@]}" "${words[@]}" >> '{{folder}}/aws-calls'
        """;

    public static IReadOnlyList<string[]> Of(string folder)
    {
        var file = Path.Combine(folder, "aws-calls");
        var calls = new List<string[]>();
        var words = File.Exists(file) ? File.ReadAllText(file).Split('\0') : [];
        for (var at = 0; at < words.Length - 1;)
        {
            var count = int.Parse(words[at++], System.Globalization.CultureInfo.InvariantCulture);
            calls.Add(words[at..(at += count)]);
        }

        return calls;
    }

    /// <summary>What of it the AWS command line does not know, a line each; empty when it knows all.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="answers">What they were answered, by service and operation; only members that there are may be in it.</param>
    public static string UnknownOf(IEnumerable<string[]> calls, IReadOnlyDictionary<string, string>? answers = null) => Tool.Run(
        "python3",
        [RepositoryRoot.File("tests/aws_knows.py")],
        JsonSerializer.Serialize(calls.DistinctBy(call => string.Join('\0', call)).Select(call => new
        {
            arguments = call,
            answer = answers?.GetValueOrDefault(string.Join(' ', call.Take(2))),
        }))).Output.Trim();
}

/// <summary>A test that needs the AWS command line; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AwsFactAttribute : FactAttribute
{
    public AwsFactAttribute() => Skip = KnownAwsCalls.Missing;
}
