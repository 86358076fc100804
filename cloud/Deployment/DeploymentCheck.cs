using Pomona.Cloud.Account;

namespace Pomona.Cloud.Deployment;

/// <summary>
/// What stands in the way of a deployment. <c>bootstrap/deploy-check.sh</c> looks, whose questions are the AWS command line's; here its
/// words become findings.
/// </summary>
/// <param name="Findings">What was found, in order.</param>
/// <param name="ExitCode">The script's: 0 where nothing that is known to be needed is missing.</param>
internal sealed record DeploymentCheck(IReadOnlyList<CheckFinding> Findings, int ExitCode)
{
    public bool IsReady => ExitCode == 0;

    /// <summary>Runs it.</summary>
    /// <param name="account">The account.</param>
    /// <param name="asked">What is to be deployed.</param>
    /// <param name="said">Gets every line as the script says it.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<DeploymentCheck> RunAsync(CloudAccount account, DeploymentRequest asked, Action<string> said, CancellationToken cancellation)
    {
        var findings = new List<CheckFinding>();
        var script = new ToolProgram(
            Path.Combine(ToolProgram.Root, "bootstrap", "deploy-check.sh"), ["--stack", account.Choice.Stack, .. asked.CheckWords()], account.Aws.Environment);
        var code = await script.RunAsync(Read, cancellation);
        return new DeploymentCheck(findings, code);

        void Read(string line)
        {
            said(line);
            if (CheckFinding.Begun(line) is { } finding)
                findings.Add(finding);
            else if (findings.Count > 0 && line.StartsWith("       ", StringComparison.Ordinal))
                findings[^1] = findings[^1] with { Fix = line.Trim() is var fix && fix.StartsWith("fix: ", StringComparison.Ordinal) ? fix[5..] : fix };
        }
    }
}

/// <summary>One thing that was looked at.</summary>
/// <param name="State"><see cref="Good"/>, <see cref="Note"/> or <see cref="Wrong"/>.</param>
/// <param name="What">What was found.</param>
/// <param name="Fix">What to do about it; null where nothing is.</param>
internal sealed record CheckFinding(string State, string What, string? Fix)
{
    public const string Good = "ok";
    public const string Note = "note";
    public const string Wrong = "wrong";

    /// <summary>The finding that a line begins; null where it begins none.</summary>
    public static CheckFinding? Begun(string line) => line switch
    {
        _ when line.StartsWith("ok     ", StringComparison.Ordinal) => new(Good, line[7..], null),
        _ when line.StartsWith("note   ", StringComparison.Ordinal) => new(Note, line[7..], null),
        _ when line.StartsWith("WRONG  ", StringComparison.Ordinal) => new(Wrong, line[7..], null),
        _ => null,
    };
}
