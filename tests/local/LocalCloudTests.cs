using System.Net;
using System.Net.Sockets;
using Pomona.Local.Account;
using Pomona.Local.Moto;

namespace Pomona.Local.Tests;

public sealed class LocalCloudTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-taken-").FullName;

    [Fact]
    public async Task A_port_that_somebody_has_is_told_and_nothing_is_left_running()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var python = await PythonEnvironment.EnsureAsync(RepositoryRoot.File(".pomona"), _ => { }, CancellationToken.None);
        var settings = new LocalSettings { Root = RepositoryRoot.Path, StateFolder = _folder, Front = new Uri($"http://localhost:{port}/") };
        var refused = await Assert.ThrowsAsync<LocalCloudException>(() => LocalCloud.StartAsync(settings, python, CancellationToken.None));

        Assert.Contains($"port {port} is taken", refused.Message);
        Assert.False(Directory.Exists(Path.Combine(_folder, "moto")), "moto's socket is still there");
        Assert.False(File.Exists(Path.Combine(settings.LogFolder, "moto.log")), "moto was started");
    }

    [Fact]
    public async Task A_state_folder_whose_name_is_too_long_for_a_socket_file_will_do()
    {
        var python = await PythonEnvironment.EnsureAsync(RepositoryRoot.File(".pomona"), _ => { }, CancellationToken.None);
        var state = Path.Combine(_folder, new string('x', 120));
        await using var cloud = await LocalCloud.StartAsync(
            new LocalSettings { Root = RepositoryRoot.Path, StateFolder = state, Front = new Uri($"http://localhost:{LocalAccount.FreePort()}/") },
            python, CancellationToken.None);
        using var http = new HttpClient();

        Assert.Contains("<ListAllMyBucketsResult", await http.GetStringAsync(cloud.Settings.Front));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
