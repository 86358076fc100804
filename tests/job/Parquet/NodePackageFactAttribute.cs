namespace Pomona.Job.Tests.Parquet;

/// <summary>A test that runs a Node script with a package of tests/package.json; skipped where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodePackageFactAttribute : FactAttribute
{
    public NodePackageFactAttribute(string package)
    {
        if (TestsFolder is null || !Directory.Exists(Path.Combine(TestsFolder, "node_modules", package)))
            Skip = $"{package} is not installed: ./pomona test installs it (npm ci in tests).";
    }

    /// <summary>The repository's tests folder, where node_modules is.</summary>
    public static string? TestsFolder { get; } = Find();

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pomona.slnx")))
            folder = folder.Parent;
        return folder is null ? null : Path.Combine(folder.FullName, "tests");
    }
}
