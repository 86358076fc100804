using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Front;
using Pomona.Local.Page;

namespace Pomona.Local.Commands;

/// <summary>A local cloud that runs in another process, found by the note it left in the state folder.</summary>
internal sealed class RunningCloud : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly LocalCloudNote _note;

    private RunningCloud(LocalCloudNote note, string stateFolder)
    {
        _note = note;
        _http = new HttpClient(new AnsweringFront(note.Endpoint, stateFolder)) { BaseAddress = note.Endpoint, Timeout = TimeSpan.FromMinutes(20) };
        _http.DefaultRequestHeaders.Add(CallerCheck.Header, note.Key);
        Storage = new AmazonS3Client(
            new BasicAWSCredentials(note.AccessKey, "local"),
            new AmazonS3Config { ServiceURL = note.Endpoint.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = LocalSettings.Region });
        Aws = new AwsClient(_http, new ServiceModels(note.ModelFolder), note.Endpoint, note.AccessKey);
    }

    public Uri Endpoint => _note.Endpoint;

    /// <summary>What a browser opens: where nobody sees whose it is, the address brings the key along.</summary>
    public Uri Page => OperatingSystem.IsLinux() ? Endpoint : new Uri(Endpoint, $"_local/open?key={_note.Key}");

    /// <summary>What AWS's tools need in their environment.</summary>
    public string Credentials =>
        $"AWS_ACCESS_KEY_ID=you{(OperatingSystem.IsLinux() ? "" : $"-{_note.Key}")} AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION={LocalSettings.Region}";

    public string Bucket => _note.Outputs["BucketName"];

    public string Pipeline => _note.Outputs["PipelineArn"];

    /// <summary>What does the work of a run that does not say: <c>cluster</c>, <c>functions</c> or <c>auto</c>.</summary>
    public string Engine => _note.Outputs["Engine"];

    public IAmazonS3 Storage { get; }

    public AwsClient Aws { get; }

    /// <summary>Finds the cloud that is up; null when none is.</summary>
    /// <exception cref="LocalCloudException">Something is there and does not answer as it should.</exception>
    public static async Task<RunningCloud?> FindAsync(string stateFolder, CancellationToken cancellation)
    {
        if (LocalCloudNote.Read(stateFolder) is not { } note)
            return null;
        var cloud = new RunningCloud(note, stateFolder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestAnswer);
        try
        {
            await cloud.StatusAsync(limit.Token);
            return cloud;
        }
        catch (HttpRequestException fault) when (fault.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            // Its front was killed: nobody listens.
            cloud.Dispose();
            return null;
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Not down: whoever took it for that would start another in its place.
            cloud.Dispose();
            throw new LocalCloudException(
                $"the local cloud at {note.Endpoint} (process {note.Process}) does not answer as it should: see {Path.Combine(stateFolder, "front.log")}, "
                + $"or end that process and try again. {fault.Message}",
                fault);
        }
    }

    /// <summary>The cloud that is up.</summary>
    /// <exception cref="LocalCloudException">None is.</exception>
    public static async Task<RunningCloud> RequireAsync(string stateFolder, CancellationToken cancellation) =>
        await FindAsync(stateFolder, cancellation)
        ?? throw new LocalCloudException("no local cloud is up: start one with './pomona local up'.");

    public async Task<JsonObject> StatusAsync(CancellationToken cancellation) =>
        (await _http.GetFromJsonAsync<JsonObject>("_local/api/status", cancellation))!;

    /// <summary>Everything that its page shows.</summary>
    public async Task<AccountView> AccountAsync(CancellationToken cancellation) =>
        (await _http.GetFromJsonAsync<AccountView>("_local/api/account", Json, cancellation))!;

    /// <summary>Asks it to do something.</summary>
    /// <exception cref="LocalCloudException">It refused.</exception>
    public async Task PostAsync(string what, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsync($"_local/api/{what}", null, cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            var said = (await answer.Content.ReadAsStringAsync(cancellation)).Trim();
            throw new LocalCloudException(said.Length > 0 ? said : $"the local cloud answered {(int)answer.StatusCode} to {what}.");
        }
    }

    /// <summary>Calls a function.</summary>
    /// <returns>Its answer, its error's kind or null, and the end of its log.</returns>
    public async Task<(string Answer, string? Error, string Log)> InvokeAsync(
        string function, byte[] payload, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"2015-03-31/functions/{Uri.EscapeDataString(function)}/invocations")
        {
            Content = new ByteArrayContent(payload),
        };
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential=you/20260101/{LocalSettings.Region}/lambda/aws4_request, SignedHeaders=host, Signature=0");
        request.Headers.Add("X-Amz-Log-Type", "Tail");
        using var answer = await _http.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new LocalCloudException(MessageIn(body));
        string? Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : null;
        var log = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(Header("X-Amz-Log-Result") ?? ""));
        return (body, Header("X-Amz-Function-Error"), log);
    }

    /// <summary>What an error says, in whichever form it came.</summary>
    private static string MessageIn(string body) => JsonText.TryReadObject(body).At("message").AsText() ?? Printable.Excerpt(body.Trim(), 500);

    /// <summary>Brings it down and waits until its process has ended.</summary>
    public async Task ShutDownAsync(CancellationToken cancellation)
    {
        try
        {
            using var process = Process.GetProcessById(_note.Process);
            await PostAsync("shutdown", cancellation);
            await process.WaitForExitAsync(cancellation);
        }
        catch (ArgumentException)
        {
            // It had ended already.
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        Storage.Dispose();
    }

    /// <summary>Says of a front that has answered before, and that nobody can reach any more, that it has ended.</summary>
    private sealed class AnsweringFront(Uri endpoint, string stateFolder) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        private bool _hasAnswered;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var answer = await base.SendAsync(request, cancellationToken);
                _hasAnswered = true;
                return answer;
            }
            catch (HttpRequestException fault) when (_hasAnswered)
            {
                throw new LocalCloudException(
                    $"the local cloud at {endpoint} has ended meanwhile, and took what it ran along: {Path.Combine(stateFolder, "front.log")} may say why "
                    + "(nothing, where it was killed); './pomona local up', or the demo again, brings up another.",
                    fault);
            }
        }
    }
}
