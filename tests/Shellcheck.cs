using System.Diagnostics;

namespace Pomona.Tests;

/// <summary>A theory that needs shellcheck; skipped, saying so, where it is missing.</summary>
internal sealed class ShellcheckTheoryAttribute : TheoryAttribute
{
    public ShellcheckTheoryAttribute() => Skip = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(static folder => File.Exists(Path.Combine(folder, "shellcheck")))
        ? null
        : "needs shellcheck: apt-get install shellcheck";
}

internal static class Shellcheck
{
    /// <summary>Fails with what it finds in one of the repository's scripts.</summary>
    public static void AssertClean(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("shellcheck", [RepositoryRoot.File(script)]) { RedirectStandardOutput = true })!;
        var found = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, found);
    }
}
