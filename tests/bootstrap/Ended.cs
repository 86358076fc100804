namespace Pomona.Bootstrap.Tests;

internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    public string LastLine => (Output + Errors).TrimEnd('\n').Split('\n')[^1];
}
