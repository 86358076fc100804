using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests;

/// <summary>A local cloud for a class of tests, with one run in it that has finished; asked as a person asks an account.</summary>
public sealed class PlayedAccount : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-cloud-").FullName;
    private readonly int _port = FreePort();

    /// <summary>Why there is none on this machine; null when there is.</summary>
    internal static string? Missing { get; } = !Exhaustive.IsAsked
        ? "two minutes of processor time: set POMONA_TEST_EXHAUSTIVE=1; tests/local/Commands/DemoTests.cs has some of it"
        : Tool.Run("python3", ["-c", "import moto, samtranslator, awscli"]).ExitCode == 0
            ? null
            : "needs python3 with moto, aws-sam-translator and awscli";

    /// <summary>The data set that the finished run is of.</summary>
    internal const string Dataset = "fruits";

    internal string Images => Path.Combine(_folder, "images");

    internal string Folder => _folder;

    internal string Endpoint => $"http://localhost:{_port}";

    internal string Run { get; private set; } = string.Empty;

    internal string Bucket { get; private set; } = string.Empty;

    internal IAmazonS3 S3 { get; private set; } = null!;

    /// <summary>What following the run to its end said.</summary>
    internal Ended Watched { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        await ExpectAsync(ExitCode.Success, Program("samples"), "samples", Images, "--count", "2");
        await ExpectAsync(
            ExitCode.Success, Program("local"), "local", "up", "--port", Text(_port), "--time-scale", "240", "--parameter", "ShardSize=16", "--parameter", "QuietSeconds=30");
        S3 = new AmazonS3Client(
            new BasicAWSCredentials("you", "local"), new AmazonS3Config { ServiceURL = Endpoint, ForcePathStyle = true, AuthenticationRegion = LocalCloudNote.Region });
        var uploaded = JsonNode.Parse((await CloudAsync("--json", "upload", Images, Dataset)).Output)!;
        Bucket = ((string)uploaded["address"]!).Split('/')[2];
        Run = await BegunAsync(run => (string?)run["dataset"] == Dataset);
        Watched = await CloudAsync("watch", Dataset);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (Missing is null)
        {
            S3?.Dispose();
            await RunAsync(Program("local"), null, ["local", "down"]);
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary><c>./pomona cloud WORDS</c>, with the variables of AWS's tools.</summary>
    internal Task<Ended> CloudAsync(params string[] words) => RunAsync(Program("cloud"), null, ["cloud", .. words]);

    /// <summary>The same in another environment.</summary>
    internal Task<Ended> CloudInAsync(Dictionary<string, string?> environment, params string[] words) => RunAsync(Program("cloud"), environment, ["cloud", .. words]);

    /// <summary>Waits until a run has begun that is the one; its id. Asked of the local cloud's own page, which costs no program.</summary>
    internal async Task<string> BegunAsync(Func<JsonNode, bool> isIt)
    {
        using var http = new HttpClient();
        return await Eventually.FoundAsync(
            async () =>
            {
                var runs = JsonNode.Parse(await http.GetStringAsync(new Uri($"{Endpoint}/_local/api/account")))!["runs"]!.AsArray();
                return (string?)runs.FirstOrDefault(run => (string?)run!["run"] is not null && isIt(run))?["run"];
            },
            "such a run");
    }

    /// <summary>Makes calls fail until they are let in again.</summary>
    internal async Task<IAsyncDisposable> FaultAsync(string fault)
    {
        using var http = new HttpClient();
        using var content = new StringContent(fault, Encoding.UTF8, "application/json");
        (await http.PostAsync(new Uri($"{Endpoint}/_local/api/faults"), content)).EnsureSuccessStatusCode();
        return new Fault($"{Endpoint}/_local/api/faults");
    }

    private static string Program(string project) => RepositoryRoot.File(
        $"{project}/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/Pomona.{CultureInfo.InvariantCulture.TextInfo.ToTitleCase(project)}.dll");

    private async Task<Ended> ExpectAsync(ExitCode code, string program, params string[] words)
    {
        var ended = await RunAsync(program, null, words);
        Assert.True(ended.Code == code, $"{string.Join(' ', words)}: {ended}");
        return ended;
    }

    private async Task<Ended> RunAsync(string program, Dictionary<string, string?>? environment, string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["POMONA_ROOT"] = RepositoryRoot.Path;
        start.Environment[LocalCloudNote.StateVariable] = Path.Combine(_folder, "state");
        // A home without a profile, and no machine that hands out credentials; the job's model is in the other programs' home.
        if (program == Program("cloud"))
            (start.Environment["HOME"], start.Environment["AWS_EC2_METADATA_DISABLED"], start.Environment["AWS_MAX_ATTEMPTS"]) = (_folder, "true", "1");
        foreach (var (name, value) in new Dictionary<string, string?>
        {
            ["AWS_ENDPOINT_URL"] = program == Program("cloud") ? Endpoint : null,
            ["AWS_ACCESS_KEY_ID"] = "you",
            ["AWS_SECRET_ACCESS_KEY"] = "local",
            ["AWS_DEFAULT_REGION"] = LocalCloudNote.Region,
            ["AWS_REGION"] = null,
            ["AWS_PROFILE"] = null,
            ["AWS_SESSION_TOKEN"] = null,
        })
            start.Environment[name] = value;
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended((ExitCode)process.ExitCode, output, await error);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal sealed record Ended(ExitCode Code, string Output, string Error)
    {
        public JsonNode Read() => JsonNode.Parse(Output)!;
    }

    private sealed class Fault(string address) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            using var http = new HttpClient();
            (await http.DeleteAsync(new Uri(address))).EnsureSuccessStatusCode();
        }
    }
}

/// <summary>A test against a <see cref="PlayedAccount"/>; skipped, with the reason, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AccountFactAttribute : FactAttribute
{
    public AccountFactAttribute() => Skip = PlayedAccount.Missing;
}
