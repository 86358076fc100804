using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.S3;
using Pomona.Local.Account;
using Pomona.Local.Moto;

namespace Pomona.Local.Aws;

/// <summary>
/// Calls any operation of any service that botocore describes, over the json, query and rest-json protocols. The NuGet
/// feed's SDKs would be one package per service; here the local cloud speaks to a dozen services a few times each.
/// Signatures are not computed, because nobody behind the front checks them; the credential scope names the service.
/// </summary>
internal sealed class AwsClient(HttpClient http, ServiceModels models, Uri endpoint, string accessKey)
{
    // Who calls when the local cloud itself does.
    private const string Caller = "local-cloud";

    /// <summary>Adds the clients by <see cref="AwsEndpoint"/>, S3's among them, and what makes AWS's identifiers.</summary>
    public static void AddTo(IServiceCollection services, LocalSettings settings, PythonEnvironment python)
    {
        services.AddSingleton(new ServiceModels(python.ModelFolder));
        services.AddSingleton(new IdSource(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        services.AddKeyedSingleton(AwsEndpoint.Front, new HttpClient(
            new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) }));
        services.AddKeyedSingleton(AwsEndpoint.Moto, (provider, _) => new HttpClient(provider.GetRequiredService<MotoSocket>().Handler()));
        foreach (var endpoint in (string[])[AwsEndpoint.Front, AwsEndpoint.Moto])
        {
            services.AddKeyedSingleton(endpoint, (provider, _) => new AwsClient(
                provider.GetRequiredKeyedService<HttpClient>(endpoint), provider.GetRequiredService<ServiceModels>(), settings.Front,
                settings.AccessKey(Caller)));
        }

        services.AddSingleton<IAmazonS3>(Storage(settings, null));
        services.AddKeyedSingleton<IAmazonS3>(
            AwsEndpoint.Moto, (provider, _) => Storage(settings, provider.GetRequiredService<MotoSocket>()));
    }

    /// <summary>Calls an operation.</summary>
    /// <param name="service">botocore's name of the service: <c>sns</c>, <c>stepfunctions</c>.</param>
    /// <param name="operation">The operation: <c>CreateTopic</c>.</param>
    /// <param name="parameters">Its input, by the model's member names.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Its output, by the model's member names.</returns>
    /// <exception cref="AwsCallException">The service answered with an error.</exception>
    /// <exception cref="ArgumentException">The parameters do not fit the model.</exception>
    public async Task<JsonObject> CallAsync(
        string service, string operation, JsonObject parameters, CancellationToken cancellation)
    {
        var model = models[service];
        if (model.Input(operation) is { } input && ShapeValidator.Complaints(input, parameters) is { Count: > 0 } wrong)
            throw new ArgumentException($"{operation}: {ShapeValidator.Message(wrong)}", nameof(parameters));

        using var request = model.Protocol switch
        {
            "json" => Json(model, operation, parameters),
            "query" => Query(model, operation, parameters),
            "rest-json" => RestJson(model, operation, parameters),
            _ => throw new NotSupportedException($"{service} speaks {model.Protocol}, which this client does not."),
        };
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={accessKey}/20260101/{LocalSettings.Region}/{model.SigningName}/aws4_request, "
            + "SignedHeaders=host, Signature=0");
        using var response = await http.SendAsync(request, cancellation);
        var body = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode)
            throw Error(response, body);
        if (model.Protocol == "query")
            return XmlDecoding.Result(model.Output(operation), body);
        return body.Length == 0 ? [] : JsonNode.Parse(body) as JsonObject ?? [];
    }

    // Calls to moto itself have the front's address, too: only the way there is another.
    private static AmazonS3Client Storage(LocalSettings settings, MotoSocket? moto) => new(
        new BasicAWSCredentials(settings.AccessKey(Caller), "local"),
        new AmazonS3Config
        {
            ServiceURL = settings.Front.AbsoluteUri,
            ForcePathStyle = true,
            AuthenticationRegion = LocalSettings.Region,
            HttpClientFactory = moto,
        });

    private HttpRequestMessage Json(ServiceModel model, string operation, JsonObject parameters)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = Body(parameters) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse($"application/x-amz-json-{model.JsonVersion}");
        request.Headers.Add("X-Amz-Target", $"{model.TargetPrefix}.{operation}");
        return request;
    }

    private HttpRequestMessage Query(ServiceModel model, string operation, JsonObject parameters) =>
        new(HttpMethod.Post, endpoint)
        {
            Content = new FormUrlEncodedContent(QueryEncoding.Fields(model, operation, parameters)),
        };

    private HttpRequestMessage RestJson(ServiceModel model, string operation, JsonObject parameters)
    {
        var http = model.Operation(operation)["http"]!.AsObject();
        var uri = (string)http["requestUri"]!;
        var query = new List<string>();
        var headers = new List<KeyValuePair<string, string>>();
        var body = new JsonObject();
        var input = model.Input(operation)!;
        foreach (var (name, value) in parameters)
        {
            var form = input.Member(name)!;
            var wire = form.LocationName ?? name;
            switch (form.Location)
            {
                case "uri":
                    uri = uri.Replace($"{{{wire}}}", Uri.EscapeDataString(value!.ToString()), StringComparison.Ordinal);
                    break;
                case "querystring":
                    query.Add($"{wire}={Uri.EscapeDataString(value!.ToString())}");
                    break;
                case "header":
                    headers.Add(new(wire, value!.ToString()));
                    break;
                default:
                    body[wire] = value?.DeepClone();
                    break;
            }
        }

        var request = new HttpRequestMessage(
            HttpMethod.Parse((string)http["method"]!),
            new Uri(endpoint, uri + (query.Count == 0 ? "" : "?" + string.Join('&', query))));
        if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Delete)
            request.Content = Body(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static StringContent Body(JsonObject parameters) =>
        new(parameters.ToJsonString(), Encoding.UTF8, "application/json");

    private static AwsCallException Error(HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        var type = response.Headers.TryGetValues("x-amzn-errortype", out var types) ? types.First() : null;
        try
        {
            if (body.StartsWith('<'))
            {
                var error = XDocument.Parse(body).Descendants();
                return new AwsCallException(
                    error.FirstOrDefault(element => element.Name.LocalName == "Code")?.Value ?? type ?? "Unknown",
                    error.FirstOrDefault(element => element.Name.LocalName == "Message")?.Value ?? body,
                    status);
            }

            var json = JsonNode.Parse(body) as JsonObject ?? [];
            var code = type ?? (string?)json["__type"] ?? (string?)json["code"] ?? "Unknown";
            return new AwsCallException(
                code.Split('#')[^1].Split(':')[0],
                (string?)(json["message"] ?? json["Message"]) ?? body,
                status);
        }
        catch (Exception fault) when (fault is JsonException or XmlException)
        {
            return new AwsCallException(type ?? "Unknown", Contracts.Printable.Excerpt(body, 500), status);
        }
    }
}

/// <summary>An AWS API call that was answered with an error.</summary>
/// <param name="code">The error's name: <c>ThrottlingException</c>, <c>NoSuchBucket</c>, …</param>
/// <param name="message">What the service says.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class AwsCallException(string code, string message, int status) : Exception(message)
{
    public string Code => code;

    public int Status => status;
}

/// <summary>Which address a client of this program calls.</summary>
internal static class AwsEndpoint
{
    /// <summary>The front: as everybody else, with deliveries and injected faults.</summary>
    public const string Front = "front";

    /// <summary>moto itself, for looking things up: injected faults do not strike.</summary>
    public const string Moto = "moto";
}
