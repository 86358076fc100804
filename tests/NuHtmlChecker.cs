namespace Pomona.Tests;

/// <summary>The Nu HTML checker, which npm carries among the tests' tools, on the Java of this machine.</summary>
internal static class NuHtmlChecker
{
    private static string Jar => RepositoryRoot.File("tests/node_modules/vnu-jar/build/dist/vnu.jar");

    /// <summary>Why there is none here; null where there is one.</summary>
    public static string? Missing { get; } = !File.Exists(Jar) ? "vnu-jar is not installed: ./pomona test does it."
        : Tool.Run("java", ["-version"]).ExitCode != 0 ? "java is not installed." : null;

    /// <summary>Its errors in a page, one a line: place and sentence.</summary>
    public static string ErrorsIn(string page)
        => Tool.Run("java", ["-Xmx256m", "-jar", Jar, "--errors-only", "--format", "gnu", page]).Output.Trim();
}

/// <summary>A test that wants <see cref="NuHtmlChecker"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NuHtmlFactAttribute : FactAttribute
{
    public NuHtmlFactAttribute() => Skip = NuHtmlChecker.Missing;
}
