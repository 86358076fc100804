using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SimpleNotificationService;
using Amazon.StepFunctions;

namespace Pomona.Functions.Tests.Moto;

/// <summary>
/// A moto_server (https://github.com/getmoto/moto) of its own for a test class, on a free port of the loopback, gone with
/// it. Other versions than the one below differ in what the tests rely on.
/// </summary>
public sealed class MotoServer : IAsyncLifetime, IDisposable
{
    internal const string Version = "5.2.1";
    internal const string Region = "eu-west-3";
    internal const string Account = "123456789012";

    private static readonly Lazy<string?> Reason = new(FindMissing);
    private readonly int _port = FreePort();
    private Process? _process;

    /// <summary>Why there is none, or null.</summary>
    internal static string? Missing => Reason.Value;

    internal string Url => $"http://127.0.0.1:{_port}";

    internal AmazonS3Client S3() => new(Credentials, new AmazonS3Config
    {
        ServiceURL = Url,
        ForcePathStyle = true,
        AuthenticationRegion = Region,
        HttpClientFactory = new ConditionalPuts(),
    });

    internal AmazonStepFunctionsClient StepFunctions() => new(Credentials, new AmazonStepFunctionsConfig
    {
        ServiceURL = Url,
        AuthenticationRegion = Region,
    });

    internal AmazonElasticMapReduceClient Emr() => new(Credentials, new AmazonElasticMapReduceConfig
    {
        ServiceURL = Url,
        AuthenticationRegion = Region,
        MaxErrorRetry = 0,
    });

    internal AmazonSimpleNotificationServiceClient Sns() => new(Credentials, new AmazonSimpleNotificationServiceConfig
    {
        ServiceURL = Url,
        AuthenticationRegion = Region,
    });

    internal static Task CreateBucketAsync(AmazonS3Client s3, string name)
        => s3.PutBucketAsync(new PutBucketRequest { BucketName = name, BucketRegionName = Region });

    internal async Task ConfigureAsync(string json)
    {
        using var http = new HttpClient();
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(Url + "/moto-api/config", content);
        Assert.True(response.IsSuccessStatusCode);
    }

    /// <summary>Calls an operation that no client here has, in the AWS JSON protocol.</summary>
    internal async Task<System.Text.Json.JsonElement> CallAsync(string service, string target, string version, object input)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Url);
        request.Content = new StringContent(System.Text.Json.JsonSerializer.Serialize(input));
        request.Content.Headers.ContentType = new($"application/x-amz-json-{version}");
        request.Headers.Add("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=test/20261121/{Region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return System.Text.Json.JsonDocument.Parse(body.Length == 0 ? "{}" : body).RootElement;
    }

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;

        var start = new ProcessStartInfo("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", _port.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await http.GetStringAsync(Url + "/moto-api/");
                return;
            }
            catch (HttpRequestException) when (attempt < 300 && !_process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public Task DisposeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill(entireProcessTree: true);
        _process?.Dispose();
        _process = null;
    }

    private static BasicAWSCredentials Credentials => new("test", "test");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindMissing()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import moto.server; print(moto.__version__)"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var said = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return said == Version ? null : $"python3 has no moto {Version} ({said}): pip install 'moto[server]=={Version}'";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"python3 is not on the PATH: install it, then pip install 'moto[server]=={Version}'";
        }
    }
}
