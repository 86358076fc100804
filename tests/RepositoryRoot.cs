namespace Pomona.Tests;

/// <summary>The folder of the repository that these tests were built in.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>The path of a file or folder of the repository.</summary>
    public static string File(string relative) => System.IO.Path.Combine(Path, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "Pomona.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("These tests run from inside the repository: no folder above them has Pomona.slnx.");
    }
}
