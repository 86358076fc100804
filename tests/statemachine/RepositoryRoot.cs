namespace Pomona.StateMachine.Tests;

/// <summary>Where the repository is: the folder above the tests' output that holds <c>serverless.template</c>.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string File(string relative) => System.IO.Path.Combine(Path, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "serverless.template")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("These tests run from inside the repository: no folder above them has serverless.template.");
    }
}
