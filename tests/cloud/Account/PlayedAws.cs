using Pomona.Cloud.Account;

namespace Pomona.Cloud.Tests.Account;

/// <summary>A program that stands for <c>aws</c>: a shell script, which finds the call's input in <c>$input</c> and its words in <c>$*</c>.</summary>
internal sealed class PlayedAws : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-aws-").FullName;

    /// <param name="script">What it does.</param>
    public PlayedAws(string script)
    {
        File.WriteAllText(Program, $$"""
            #!/bin/sh
            case "$4" in file://*) input="$(cat "${4#file://}")" ;; esac
            echo "$* $input" >> "{{Calls}}"
            {{script}}
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Program => Path.Combine(_folder, "aws");

    /// <summary>What it was asked, a line a call.</summary>
    public string[] Asked => File.Exists(Calls) ? File.ReadAllLines(Calls) : [];

    private string Calls => Path.Combine(_folder, "calls");

    public AwsProgram As(string place = "region eu-west-3", Dictionary<string, string?>? environment = null) =>
        new(Program, place, environment ?? []);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
