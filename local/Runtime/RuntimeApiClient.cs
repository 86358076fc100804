using System.Globalization;
using System.Net.Http.Headers;

namespace Pomona.Local.Runtime;

/// <summary>The function's side of the Lambda Runtime API.</summary>
/// <param name="api">Host, port and path, as <c>AWS_LAMBDA_RUNTIME_API</c> says.</param>
internal sealed class RuntimeApiClient(string api) : IDisposable
{
    /// <summary>What an invocation may answer, in bytes.</summary>
    private const int LargestAnswer = 6 << 20;

    // What stands at the end of an invocation's output, so that the host knows that it has all of it.
    private const string EndOfLog = "\u0001end";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{api}/2018-06-01/runtime/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<RuntimeInvocation> NextAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "invocation/next");
        request.Headers.Add("Pomona-Process", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return new RuntimeInvocation(
            Header(response, "Lambda-Runtime-Aws-Request-Id"),
            Header(response, "Lambda-Runtime-Invoked-Function-Arn"),
            DateTimeOffset.FromUnixTimeMilliseconds(
                long.Parse(Header(response, "Lambda-Runtime-Deadline-Ms"), CultureInfo.InvariantCulture)),
            await response.Content.ReadAsByteArrayAsync());
    }

    /// <exception cref="AnswerTooLargeException">Lambda would not take it, and nobody would hear of the invocation any more.</exception>
    public Task AnswerAsync(RuntimeInvocation invocation, byte[] result) => result.Length <= LargestAnswer
        ? PostAsync($"invocation/{invocation.RequestId}/response", result)
        : throw new AnswerTooLargeException(LargestAnswer);

    public Task FailAsync(RuntimeInvocation invocation, byte[] error) =>
        PostAsync($"invocation/{invocation.RequestId}/error", error);

    /// <summary>Tells that the function could not be loaded.</summary>
    public Task StartFailedAsync(byte[] error) => PostAsync("init/error", error);

    public void Dispose() => _http.Dispose();

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).First();

    private async Task PostAsync(string path, byte[] body)
    {
        await Console.Error.FlushAsync();
        await Console.Out.WriteLineAsync(EndOfLog);
        await Console.Out.FlushAsync();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await _http.PostAsync(path, content);
    }
}

/// <summary>A function's answer is larger than Lambda takes, in AWS's words.</summary>
internal sealed class AnswerTooLargeException(int largest)
    : Exception($"Response payload size exceeded maximum allowed payload size ({largest} bytes).")
{
    /// <summary>AWS's name for it.</summary>
    public const string Type = "Function.ResponseSizeTooLarge";
}

/// <summary>One event, as the Runtime API hands it out.</summary>
/// <param name="RequestId">The invocation's id.</param>
/// <param name="FunctionArn">Which function was asked for.</param>
/// <param name="Deadline">When the process will be ended.</param>
/// <param name="Payload">The event, JSON in UTF-8.</param>
internal sealed record RuntimeInvocation(string RequestId, string FunctionArn, DateTimeOffset Deadline, byte[] Payload);
