using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Pomona.Local.Account;

namespace Pomona.Local.Moto;

/// <summary>
/// The socket file on which moto listens, in a folder that its owner alone may enter. moto asks nobody who he is, and its state
/// machines start programs: no web page reaches a file, and no other user this one.
/// </summary>
internal sealed class MotoSocket : HttpClientFactory, IDisposable
{
    // What the address of a socket file holds where it holds least (macOS), without the closing zero.
    private const int LongestPath = 103;

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly string _folder;

    /// <summary>Makes the folder: in the state folder, or, where that path is too long, among the temporary files.</summary>
    public MotoSocket(string stateFolder)
    {
        _folder = Path.Combine(stateFolder, "moto");
        if (Encoding.UTF8.GetByteCount(Address) > LongestPath)
            _folder = Directory.CreateTempSubdirectory("pomona-").FullName;
        PrivateFolder.Create(_folder);
    }

    public string Address => Path.Combine(_folder, "socket");

    /// <summary>A handler whose requests all go to moto, whatever their address says.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = LongestConnect,
        ConnectCallback = (_, cancellation) => ConnectAsync(cancellation),
    };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(Handler());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Address), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException fault) when (fault.SocketErrorCode is SocketError.TryAgain or SocketError.WouldBlock)
            {
                // As many callers wait as may: unlike a port, a socket file does not let the next one wait too.
                socket.Dispose();
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
