using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Pomona.StateMachine.Tests;

/// <summary>The few calls of the Step Functions API that the tests make, in its wire form (AWS JSON 1.0).</summary>
internal sealed class StepFunctions(int port) : IDisposable
{
    public const string Region = "eu-west-3";

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://localhost:{port}/") };

    public async Task<JsonNode> CallAsync(string operation, JsonObject request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, (Uri?)null)
        {
            Content = new StringContent(request.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/x-amz-json-1.0")),
        };
        message.Headers.Add("X-Amz-Target", $"AWSStepFunctions.{operation}");
        message.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential=test/20260101/{Region}/states/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await _http.SendAsync(message);
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(body.Length == 0 ? "{}" : body)!
            : throw new InvalidOperationException($"{operation}: {(int)answer.StatusCode} {body[..Math.Min(body.Length, 500)]}");
    }

    public void Dispose() => _http.Dispose();
}
