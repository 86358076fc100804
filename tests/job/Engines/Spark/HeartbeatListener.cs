using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>A Step Functions endpoint that knows SendTaskHeartbeat, and answers the same to every one.</summary>
internal sealed class HeartbeatListener : IDisposable
{
    private readonly HttpListener _http = new();
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly Task _answering;

    /// <summary>Listens.</summary>
    /// <param name="error">The error's name to answer with; null for success.</param>
    public HeartbeatListener(string? error = null)
    {
        Address = $"http://127.0.0.1:{MotoServer.FreePort()}/";
        _http.Prefixes.Add(Address);
        _http.Start();
        _answering = AnswerAsync(error);
    }

    public string Address { get; }

    /// <summary>Operation and body of each request.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public void Dispose()
    {
        _http.Close();
        _answering.GetAwaiter().GetResult();
    }

    private async Task AnswerAsync(string? error)
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _http.GetContextAsync();
            }
            catch (Exception) when (!_http.IsListening)
            {
                return;
            }

            using var body = new StreamReader(call.Request.InputStream, Encoding.UTF8);
            _requests.Enqueue($"{call.Request.Headers["X-Amz-Target"]} {await body.ReadToEndAsync()}");
            call.Response.StatusCode = error is null ? 200 : 400;
            call.Response.ContentType = "application/x-amz-json-1.0";
            var answer = Encoding.UTF8.GetBytes(
                error is null ? "{}" : $$"""{"__type": "com.amazonaws.swf.service.v2.model#{{error}}", "message": "no"}""");
            await call.Response.OutputStream.WriteAsync(answer);
            call.Response.Close();
        }
    }
}
