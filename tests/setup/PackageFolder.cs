using System.IO.Compression;
using System.Security.Cryptography;

namespace Pomona.Setup.Tests;

/// <summary>A NuGet feed that is a folder, of packages that this makes: each adds a class <c>Origin</c>, which says what it is of.</summary>
internal sealed class PackageFolder(string path)
{
    public string Path { get; } = Directory.CreateDirectory(path).FullName;

    /// <summary>The source of a package's one class.</summary>
    public static string Source(string package, string origin)
        => $$"""namespace {{package}} { public static class Origin { public const string Name = "{{package}} {{origin}}"; } }""";

    /// <summary>Puts a package into the feed; it says <c>PACKAGE VERSION</c>.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="needs">Its dependencies: a name and a range of versions each.</param>
    public void Carry(string package, string version, params (string Package, string Range)[] needs)
    {
        using var archive = new ZipArchive(File.Create(File_(package, version)), ZipArchiveMode.Create);
        Add($"{package}.nuspec", $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{package}</id><version>{version}</version><authors>tests</authors><description>For tests.</description>
                <dependencies>{string.Concat(needs.Select(static need => $"""<dependency id="{need.Package}" version="{need.Range}" />"""))}</dependencies>
              </metadata>
            </package>
            """);
        Add($"build/{package}.targets", $"""<Project><ItemGroup><Compile Include="$(MSBuildThisFileDirectory){package}.cs" /></ItemGroup></Project>""");
        Add($"build/{package}.cs", Source(package, version));
        Add($"buildTransitive/{package}.targets", $"""<Project><ItemGroup><Compile Include="$(MSBuildThisFileDirectory){package}.cs" /></ItemGroup></Project>""");
        Add($"buildTransitive/{package}.cs", Source(package, version));

        void Add(string name, string text)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name).Open());
            writer.Write(text);
        }
    }

    public void Drop(string package, string version) => File.Delete(File_(package, version));

    /// <summary>What a lock file says of a package's content.</summary>
    public string Hash(string package, string version) => Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(File_(package, version))));

    private string File_(string package, string version) => System.IO.Path.Combine(Path, $"{package}.{version}.nupkg");
}
