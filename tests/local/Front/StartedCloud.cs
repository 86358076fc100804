using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Commands;

namespace Pomona.Local.Tests.Front;

/// <summary>A local cloud as <c>local up</c> starts it, in processes of its own, with a function and a cluster's step running.</summary>
public sealed class StartedCloud : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-started-").FullName;
    private RunningCloud? _cloud;

    internal RunningCloud Cloud => _cloud!;

    internal string State => Path.Combine(_folder, "state");

    internal int Port => Cloud.Endpoint.Port;

    public async Task InitializeAsync()
    {
        var settings = new LocalSettings
        {
            Root = RepositoryRoot.Path,
            StateFolder = State,
            Front = new Uri($"http://localhost:{LocalAccount.FreePort()}/"),
        };
        string[] words = ["--port", settings.Front.Port.ToString(CultureInfo.InvariantCulture), "--time-scale", "1000"];
        _cloud = await CloudStart.RunAsync(settings, words, _ => { }, CancellationToken.None);
        await Cloud.InvokeAsync(
            "pomona-ReapClusters", await File.ReadAllBytesAsync(RepositoryRoot.File("tests/events/reap-clusters.json")), CancellationToken.None);
        await Cloud.Storage.PutObjectAsync(new() { BucketName = Cloud.Bucket, Key = "datasets/kept/class/image.jpg", ContentBody = "x" });
        var request = Emr.EmrAccount.Request("stays");
        request["Steps"] = new JsonArray(Emr.EmrAccount.Step("stays", "bash", "-c", "umask > \"$HOME/umask\"; sleep 300; true"));
        var id = (string)(await Cloud.Aws.CallAsync("emr", "RunJobFlow", request, CancellationToken.None))["JobFlowId"]!;
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(State, "clusters", id, "home", "umask")), "the step");
    }

    public async Task DisposeAsync()
    {
        if (_cloud is not null)
        {
            await _cloud.ShutDownAsync(CancellationToken.None);
            _cloud.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The front and everything that it has started, and so on.</summary>
    internal async Task<IReadOnlyList<int>> ProcessesAsync()
    {
        var front = (int)(await Cloud.StatusAsync(CancellationToken.None))["process"]!;
        var children = Process.GetProcesses().Select(process => process.Id).ToLookup(ParentOf);
        var found = new List<int> { front };
        for (var i = 0; i < found.Count; i++)
            found.AddRange(children[found[i]]);
        return found;
    }

    // The second field after the name, which stands in brackets.
    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
