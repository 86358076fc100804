using System.Diagnostics;
using System.Security;

namespace Pomona.Setup.Tests;

/// <summary>
/// A repository with the set-up of this one, and a job that says where its packages come from. It has a feed and a package cache
/// of its own; no test touches the machine's.
/// </summary>
internal sealed class MiniatureRepository : IDisposable
{
    private readonly Dictionary<string, string> _pins = [];
    private readonly List<string> _references = [];
    private readonly string _commands;
    private string _sources;
    private string _path = System.Environment.GetEnvironmentVariable("PATH")!;

    public MiniatureRepository()
    {
        Temporary = Directory.CreateTempSubdirectory("pomona-").FullName;
        Folder = Path.Combine(Temporary, "repository");
        Feed = new PackageFolder(Path.Combine(Temporary, "feed"));
        Cache = Path.Combine(Temporary, "cache");
        _sources = $"""<add key="feed" value="{Feed.Path}" />""";
        _commands = Directory.CreateDirectory(Path.Combine(Temporary, "commands")).FullName;
        foreach (var file in (string[])["pomona", "global.json", "dotnet-sdk.pin", "Directory.Build.props", "Directory.Build.targets", "BannedSymbols.txt", "bootstrap/bundle.sh"])
            Copy(file);
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.File("setup")))
            Copy($"setup/{Path.GetFileName(file)}");

        Write("Pomona.slnx", """
            <Solution>
              <Project Path="functions/Pomona.Functions.csproj" />
              <Project Path="job/Pomona.Job.csproj" />
            </Solution>
            """);
        Write("functions/Pomona.Functions.csproj", Project("Library"));
        WriteConfiguration();
        Write("job/native/package-lock.json", "{}");

        var home = Directory.CreateDirectory(Path.Combine(Temporary, "home")).FullName;
        Environment["HOME"] = home;
        Environment["NUGET_PACKAGES"] = Cache;
        Environment["NUGET_HTTP_CACHE_PATH"] = Path.Combine(home, "http");
        Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
    }

    public string Temporary { get; }

    public string Folder { get; }

    /// <summary>What the repository restores from, unless <see cref="RestoreFrom"/> names other sources.</summary>
    public PackageFolder Feed { get; }

    /// <summary>The machine's own packages.</summary>
    public string Cache { get; set; }

    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>The feed's answer, as it was written.</summary>
    public string Answer => File.ReadAllText(InFolder(".pomona/feed.props"));

    /// <summary>The calls of commands that were put on the PATH.</summary>
    public IReadOnlyList<string> Calls => File.Exists(Path.Combine(Temporary, "calls")) ? File.ReadAllLines(Path.Combine(Temporary, "calls")) : [];

    public string InFolder(string path) => Path.Combine(Folder, path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InFolder(path))!);
        File.WriteAllText(InFolder(path), text);
    }

    /// <summary>Pins a package, to which the job refers.</summary>
    public void Reference(string package, string version)
    {
        Pin(package, version);
        _references.Add(package);
        WriteJob();
    }

    /// <summary>Pins a package as Directory.Packages.props does.</summary>
    public void Pin(string package, string version)
    {
        _pins[package] = version;
        WritePins("");
    }

    /// <summary>Pins a package that every project refers to.</summary>
    public void PinGlobally(string package, string version)
    {
        WritePins($"""<GlobalPackageReference Include="{package}" Version="{version}" IncludeAssets="all" />""");
        _references.Add(package);
        Write("job/Program.cs", Program());
    }

    /// <summary>Gives a package a project under standins/.</summary>
    public void StandIn(string package)
    {
        Write($"standins/{package}/{package}.csproj", Project("Library"));
        Write($"standins/{package}/Origin.cs", PackageFolder.Source(package, "stand-in"));
    }

    /// <summary>Restores from other sources than <see cref="Feed"/>.</summary>
    /// <param name="sources">Folders or addresses.</param>
    public void RestoreFrom(params string[] sources)
    {
        _sources = string.Concat(sources.Select(static (source, at) => $"""<add key="source{at}" value="{SecurityElement.Escape(source)}" allowInsecureConnections="true" />"""));
        WriteConfiguration();
    }

    /// <summary>Puts a command before the real ones on the PATH; each call of it is kept in <see cref="Calls"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="script">What it does, in bash.</param>
    public void Command(string name, string script)
    {
        var file = Path.Combine(_commands, name);
        File.WriteAllText(file, $"""
            #!/usr/bin/env bash
            echo "{name} $*" >> '{Temporary}/calls'
            {script}
            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Leaves nothing on the PATH but these programs of this machine's, and what <see cref="Command"/> puts there.</summary>
    public void LeaveOnPath(IEnumerable<string> programs)
    {
        _path = Directory.CreateDirectory(Path.Combine(Temporary, "tools")).FullName;
        foreach (var program in programs)
        {
            var found = System.Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
            if (found is not null && !File.Exists(Path.Combine(_path, program)))
                File.CreateSymbolicLink(Path.Combine(_path, program), found);
        }
    }

    /// <summary>A dotnet that builds by making the programs' files: for tests of when is built, not of what.</summary>
    /// <param name="version">What it says it is.</param>
    /// <param name="building">What a build does besides.</param>
    /// <param name="hasModel">Whether the job's program, asked for its model, finds one.</param>
    public void PretendToBuild(string version = "10.0.401", string building = ":", bool hasModel = true) => Command("dotnet", $$"""
        case "$1" in
            --version) echo '{{version}}' ;;
            build) mkdir -p "${2%/*}/bin/Release/net10.0"; name="${2##*/}"; echo built > "${2%/*}/bin/Release/net10.0/${name%.csproj}.dll"; {{building}} ;;
            nuget) echo 'E https://packages.example/index.json' ;;
            *.dll) case "$2 ${3:---model}" in 'model --model') exit {{(hasModel ? 0 : 1)}} ;; esac ;;
        esac
        """);

    public PomonaCall Run(params string[] arguments) => Start(arguments).Finish();

    public RunningPomona Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Temporary };
        start.ArgumentList.Add(InFolder("pomona"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("POMONA_", StringComparison.Ordinal) || name.StartsWith("NUGET_", StringComparison.Ordinal) || name is "CI" or "XDG_CACHE_HOME").ToList())
            start.Environment.Remove(name);
        start.Environment["PATH"] = $"{_commands}:{_path}";
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;

        return new RunningPomona(Process.Start(start)!);
    }

    public void Dispose() => Directory.Delete(Temporary, recursive: true);

    private static string Project(string kind, string references = "") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>{kind}</OutputType>
            <RunAnalyzers>false</RunAnalyzers>
            <GenerateDocumentationFile>false</GenerateDocumentationFile>
            <UseAppHost>false</UseAppHost>
          </PropertyGroup>
          <ItemGroup>{references}</ItemGroup>
        </Project>
        """;

    private string Program() => string.Concat(_references.Select(static package => $"System.Console.WriteLine({package}.Origin.Name);\n")) + "System.Console.WriteLine(\"ran\");\n";

    private void WriteJob()
    {
        Write("job/Pomona.Job.csproj", Project("Exe", string.Concat(_references.Select(static package => $"""<PackageReference Include="{package}" />"""))));
        Write("job/Program.cs", Program());
    }

    private void WritePins(string more) => Write("Directory.Packages.props", $"""
        <Project>
          <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
          <ItemGroup>
            {string.Concat(_pins.Select(static pin => $"""<PackageVersion Include="{pin.Key}" Version="{pin.Value}" />""" + "\n    "))}{more}
          </ItemGroup>
        </Project>
        """);

    private void WriteConfiguration() => Write("nuget.config", $"<configuration><packageSources><clear />{_sources}</packageSources></configuration>");

    private void Copy(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(InFolder(file))!);
        File.Copy(RepositoryRoot.File(file), InFolder(file));
    }
}
