using System.Net;
using System.Net.Sockets;
using Pomona.Local.Front;

namespace Pomona.Local.Tests.Front;

public sealed class PeerUserTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", AddressFamily.InterNetwork)]
    [InlineData("::1", "::1", AddressFamily.InterNetworkV6)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", AddressFamily.InterNetworkV6)] // a caller that speaks to the one as to the other
    public async Task Our_own_connection_is_ours_until_it_is_closed(string here, string there, AddressFamily family)
    {
        using var listener = new TcpListener(IPAddress.Parse(here), 0);
        listener.Start();
        using var caller = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        if (family == AddressFamily.InterNetworkV6)
            caller.DualMode = true;
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await caller.ConnectAsync(new IPEndPoint(IPAddress.Parse(there), port));
        using var accepted = await listener.AcceptSocketAsync();
        var (peer, own) = ((IPEndPoint)accepted.RemoteEndPoint!, (IPEndPoint)accepted.LocalEndPoint!);

        Assert.True(PeerUser.IsOurs(peer, own));
        Assert.Null(PeerUser.Of(new IPEndPoint(peer.Address, peer.Port == 1 ? 2 : 1), own));
        caller.Close();
        // The system says that what nobody holds any more is root's, whoever we are.
        Assert.False(PeerUser.IsOurs(peer, own));
    }
}
