using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SimpleNotificationService;
using Amazon.StepFunctions;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>The clients of an account in a <see cref="MotoServer"/>.</summary>
public sealed class MotoAccount : IAsyncLifetime
{
    internal const string Region = "eu-west-3";
    internal const string Account = "123456789012";

    private readonly MotoServer _server = new();

    internal string Url => _server.Url;

    internal AmazonS3Client S3() => new(Credentials, new AmazonS3Config
    {
        ServiceURL = Url,
        ForcePathStyle = true,
        AuthenticationRegion = Region,
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

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    private static BasicAWSCredentials Credentials => new("test", "test");
}

/// <summary>Test classes that do not mind each other's leftovers, with one server for all.</summary>
[CollectionDefinition(Name)]
public sealed class SharedMoto : ICollectionFixture<MotoAccount>
{
    internal const string Name = "one moto_server";
}
