using System.Diagnostics;

namespace Pomona.Bootstrap.Tests;

/// <summary>
/// A folder of its own for one test, with fake commands that come before the real ones on the PATH. A fake writes its
/// arguments, one call a line, into <c>calls</c> and then does what the test says.
/// </summary>
internal sealed class Sandbox : IDisposable
{
    private readonly string _commands;

    public Sandbox()
    {
        Folder = Directory.CreateTempSubdirectory("pomona-").FullName;
        _commands = Directory.CreateDirectory(Path.Combine(Folder, "commands")).FullName;
        Environment["POMONA_HOME"] = Path.Combine(Folder, "opt/pomona");
        Environment["POMONA_RETRY_SECONDS"] = "0";
        Environment["POMONA_ROOT"] = RepositoryRoot.Path;
        Directory.CreateDirectory(Path.Combine(Folder, "opt"));
    }

    public string Folder { get; }

    public string Home => Environment["POMONA_HOME"];

    public Dictionary<string, string> Environment { get; } = [];

    public IReadOnlyList<string> Calls => File.Exists(Path.Combine(Folder, "calls")) ? File.ReadAllLines(Path.Combine(Folder, "calls")) : [];

    /// <summary>What the fake <c>aws</c> was asked, in its own words.</summary>
    public IReadOnlyList<string[]> AwsCalls => KnownAwsCalls.Of(Folder);

    /// <summary>Puts a command on the PATH.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="script">What it does, in bash.</param>
    public void Command(string name, string script)
    {
        var file = Path.Combine(_commands, name);
        File.WriteAllText(file, $"""
            #!/usr/bin/env bash
            printf -v arguments '%q ' "$@"
            printf '%s\n' "{name} $arguments" >> '{Folder}/calls'
            {(name == "aws" ? KnownAwsCalls.Recording(Folder) : string.Empty)}
            {script}
            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Runs one of the repository's scripts to its end.</summary>
    public Ended Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.ArgumentList.Add(RepositoryRoot.File(script));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["PATH"] = $"{_commands}:{System.Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("AWS_REGION");
        start.Environment.Remove("AWS_DEFAULT_REGION");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Ended(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
