namespace Pomona.Tests;

/// <summary>A theory that needs shellcheck; skipped, saying so, where it is missing.</summary>
internal sealed class ShellcheckTheoryAttribute : TheoryAttribute
{
    public ShellcheckTheoryAttribute() => Skip = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(static folder => File.Exists(Path.Combine(folder, "shellcheck")))
        ? null
        : "needs shellcheck: apt-get install shellcheck";
}
