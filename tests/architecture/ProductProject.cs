using System.Xml.Linq;

namespace Pomona.Architecture.Tests;

/// <summary>A product project, as its file and its build have it.</summary>
/// <param name="Folder">Relative to the repository.</param>
/// <param name="Name">Of the assembly.</param>
/// <param name="References">The folders of the projects that it names.</param>
internal sealed record ProductProject(string Folder, string Name, IReadOnlyList<string> References)
{
    /// <summary>Where the same build that made these tests has put it.</summary>
    public string Assembly => RepositoryRoot.File(Path.Combine(Folder, "bin", Configuration, "net10.0", Name + ".dll"));

    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>All of them: every project outside tests, bench and standins.</summary>
    public static IReadOnlyList<ProductProject> All { get; } = [.. XDocument.Load(RepositoryRoot.File("Pomona.slnx"))
        .Descendants("Project")
        .Select(project => (string)project.Attribute("Path")!)
        .Where(path => path.Split('/')[0] is not ("tests" or "bench" or "standins"))
        .Select(Read)];

    private static ProductProject Read(string path)
    {
        var folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
        return new ProductProject(
            folder,
            Path.GetFileNameWithoutExtension(path),
            [.. XDocument.Load(RepositoryRoot.File(path)).Descendants("ProjectReference")
                .Select(reference => Path.GetRelativePath(
                    RepositoryRoot.Path,
                    Path.GetFullPath(Path.Combine(RepositoryRoot.File(folder), Path.GetDirectoryName((string)reference.Attribute("Include")!)!)))
                    .Replace('\\', '/'))
                .Order(StringComparer.Ordinal)]);
    }
}
