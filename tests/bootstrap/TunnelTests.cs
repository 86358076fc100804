using System.Text.Json.Nodes;

namespace Pomona.Bootstrap.Tests;

public sealed class TunnelTests : IDisposable
{
    private const string Cluster = "j-2AL4XXXXXX5T9";

    private readonly Sandbox _sandbox = new();

    public TunnelTests() => Answer("WAITING\tec2-1-2-3-4.eu-west-3.compute.amazonaws.com\tmine");

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void It_prints_the_pages_addresses_and_opens_a_socks_tunnel()
    {
        _sandbox.Command("ssh", "exit 0");

        var ended = _sandbox.Run("bootstrap/tunnel.sh", Cluster);

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.All(
            ["https://ec2-1-2-3-4.eu-west-3.compute.amazonaws.com:9443", "http://ec2-1-2-3-4.eu-west-3.compute.amazonaws.com:18080", "http://ec2-1-2-3-4.eu-west-3.compute.amazonaws.com:8088"],
            address => Assert.Contains(address, ended.Output, StringComparison.Ordinal));
        Assert.Contains("ssh -t hadoop@ec2-1-2-3-4.eu-west-3.compute.amazonaws.com sudo docker exec -it jupyterhub passwd jovyan", ended.Output, StringComparison.Ordinal);
        Assert.Contains("leave port 9443 closed", ended.Output, StringComparison.Ordinal);
        var ssh = Assert.Single(_sandbox.Calls, static call => call.StartsWith("ssh ", StringComparison.Ordinal));
        Assert.Contains("-N -D localhost:8157", ssh, StringComparison.Ordinal);
        Assert.EndsWith("hadoop@ec2-1-2-3-4.eu-west-3.compute.amazonaws.com", ssh.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_proxy_files_send_the_cluster_s_names_through_the_tunnel_and_nothing_else()
    {
        var ended = _sandbox.Run("bootstrap/tunnel.sh", Cluster, "--port", "9999", "--print");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        var pac = File.ReadAllText(Path.Combine(_sandbox.Folder, $"pomona-{Cluster}.pac"));
        Assert.Contains("SOCKS5 localhost:9999", pac, StringComparison.Ordinal);
        Assert.Contains("return \"DIRECT\"", pac, StringComparison.Ordinal);
        var proxy = JsonNode.Parse(File.ReadAllText(Path.Combine(_sandbox.Folder, $"pomona-{Cluster}.foxyproxy.json")))!["data"]![0]!;
        Assert.Equal(("socks5", "localhost", "9999"), ((string?)proxy["type"], (string?)proxy["hostname"], (string?)proxy["port"]));
        Assert.True((bool?)proxy["proxyDNS"]);
        Assert.Equal(3, proxy["include"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("j-1; reboot")]
    [InlineData("")]
    [InlineData("fruits")]
    public void What_is_not_a_cluster_s_id_is_refused_before_anything_is_asked(string id)
    {
        var ended = _sandbox.Run("bootstrap/tunnel.sh", id);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("is not a cluster's id", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(_sandbox.Calls);
    }

    [Theory]
    [InlineData("TERMINATED\thost\tmine", "is TERMINATED: its pages are gone")]
    [InlineData("BOOTSTRAPPING\thost\tmine", "still BOOTSTRAPPING")]
    [InlineData("WAITING\tNone\tmine", "no host name yet")]
    [InlineData("WAITING\thost\tNone", "without a key pair")]
    public void A_cluster_that_cannot_be_reached_is_explained(string described, string explanation)
    {
        Answer(described);

        var ended = _sandbox.Run("bootstrap/tunnel.sh", Cluster);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(explanation, ended.Errors, StringComparison.Ordinal);
    }

    private void Answer(string described) => _sandbox.Command("aws", $"printf '{described}\\n'");
}
