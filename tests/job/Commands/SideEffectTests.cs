using System.CommandLine;
using System.Diagnostics;
using System.Runtime.Versioning;
using Pomona.Job.Pipeline;
using Pomona.Job.Tests.Pipeline;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Commands;

/// <summary>What a program does that nobody asked it for, in itself or in a library that it carries: nothing.</summary>
[SupportedOSPlatform("linux")]
public sealed class SideEffectTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);
    private readonly TemporaryFolder _folder = new();

    // Each with arguments that make it load what it ever loads. IN, OUT and MODEL are the test's.
    private static readonly string[] Commands =
        ["run IN --output OUT --model MODEL", "run IN --output OUT --model MODEL --json", "model --model MODEL", "model import MODEL", "apply IN --model RUN"];

    public static TheoryData<string> CommandLines => new(Commands);

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_command_is_among_them()
    {
        Assert.All(
            Named(Program.Root(TimeProvider.System, new ModelCatalogOptions()), ""),
            command => Assert.Contains(Commands, row => row.StartsWith(command, StringComparison.Ordinal)));

        static IEnumerable<string> Named(Command command, string prefix) => command.Subcommands.SelectMany(
            inner => Named(inner, $"{prefix}{inner.Name} ").Prepend($"{prefix}{inner.Name} "));
    }

    [ListeningTheory]
    [MemberData(nameof(CommandLines))]
    public async Task A_command_leaves_HOME_empty_and_looks_up_no_name(string commandLine)
    {
        using var resolver = new ResolverLog();
        var (code, error) = await RunAsync(resolver, commandLine);

        Assert.True(code == 0, error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["home"], "*", SearchOption.AllDirectories));
        // 'model' says whether the Model Zoo can be reached; what is named is not asked for anything else.
        Assert.Subset(
            commandLine.StartsWith("model --", StringComparison.Ordinal)
                ? ZooModel.MobileNetV2.Addresses.Select(address => address.Host).ToHashSet() : [],
            resolver.Names.ToHashSet());
        Assert.DoesNotContain("telemetry", error, StringComparison.OrdinalIgnoreCase);
    }

    [ListeningTheory]
    [InlineData("run s3://bucket/photos/ --output OUT --model MODEL", "s3.pomona.test")]
    public async Task Of_names_only_the_configured_endpoint_s_is_looked_up(string commandLine, string endpoint)
    {
        using var resolver = new ResolverLog();
        var (code, error) = await RunAsync(resolver, commandLine, ("AWS_ENDPOINT_URL_S3", $"http://{endpoint}:9000"));

        Assert.NotEqual(0, code);
        Assert.NotEmpty(error);
        Assert.NotEmpty(resolver.Names);
        Assert.All(resolver.Names, name => Assert.EndsWith(endpoint, name, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["home"], "*", SearchOption.AllDirectories));
    }

    private async Task<(int Code, string Error)> RunAsync(
        ResolverLog resolver, string commandLine, params (string Name, string Value)[] environment)
    {
        Directory.CreateDirectory(_folder["home"]);
        if (commandLine.EndsWith(" RUN", StringComparison.Ordinal))
            await RunFixture.RunAsync(_run.Request("finished"));
        var arguments = commandLine.Split(' ').Select(word => word switch
        {
            "IN" => _run.Input,
            "OUT" => _run["out"],
            "MODEL" => _run.Model,
            "RUN" => _run["finished"],
            _ => word,
        });
        var start = resolver.Listening("dotnet", [typeof(RunPipeline).Assembly.Location, .. arguments]);
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        // A program that was started bare: nothing that ./pomona or the tests' own settings say.
        start.Environment.Remove("ORT_DISABLE_TELEMETRY");
        start.Environment.Remove("XDG_CACHE_HOME");
        foreach (var (name, value) in environment.Concat(
        [
            ("HOME", _folder["home"]), ("POMONA_CACHE", _folder["cache"]), ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "eu-west-3"), ("AWS_MAX_ATTEMPTS", "1"),
        ]))
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, await error);
    }

    private sealed class ListeningTheoryAttribute : TheoryAttribute
    {
        public ListeningTheoryAttribute() => Skip = ResolverLog.Missing;
    }
}
