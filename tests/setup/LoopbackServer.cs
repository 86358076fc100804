using System.Net;
using System.Net.Sockets;

namespace Pomona.Setup.Tests;

/// <summary>A web server on this machine that a test plays.</summary>
internal abstract class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    protected LoopbackServer()
    {
        Root = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(Root);
        _listener.Start();
        _answering = AnswerAsync();
    }

    protected string Root { get; }

    /// <summary>A port on which nothing answers.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _listener.Close();
        _answering.GetAwaiter().GetResult();
    }

    /// <summary>Answers a request; the response is closed afterwards.</summary>
    protected abstract void Answer(HttpListenerRequest request, HttpListenerResponse response);

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                Answer(context.Request, context.Response);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over, or the client has hung up.
            }
        }
    }
}
