using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Pomona.Local.Aws;

/// <summary>
/// One AWS service as botocore describes it (<c>service-2.json.gz</c>, the file that the SDKs are generated from): its
/// operations, and the shapes of what they take and give.
/// </summary>
internal sealed class ServiceModel
{
    private readonly JsonObject _operations;
    private readonly JsonObject _shapes;

    public ServiceModel(JsonObject document)
    {
        var metadata = document["metadata"]!.AsObject();
        _operations = document["operations"]!.AsObject();
        _shapes = document["shapes"]!.AsObject();
        SigningName = (string)(metadata["signingName"] ?? metadata["endpointPrefix"])!;
        TargetPrefix = (string?)metadata["targetPrefix"];
        JsonVersion = (string?)metadata["jsonVersion"] ?? "1.0";
        ApiVersion = (string)metadata["apiVersion"]!;
        var protocols = metadata["protocols"]?.AsArray().Select(protocol => (string)protocol!).ToArray()
            ?? [(string)metadata["protocol"]!];
        // CloudWatch prefers CBOR; its older protocols say the same.
        Protocol = protocols.Contains("query") ? "query" : protocols[0];
    }

    /// <summary>The service's name in a signature's credential scope: <c>elasticmapreduce</c>, <c>states</c>, …</summary>
    public string SigningName { get; }

    /// <summary>What precedes the operation in <c>X-Amz-Target</c>; null for services that do not use it.</summary>
    public string? TargetPrefix { get; }

    /// <summary>1.0 or 1.1, for the content type of JSON services.</summary>
    public string JsonVersion { get; }

    /// <summary>The version that query services want.</summary>
    public string ApiVersion { get; }

    /// <summary><c>json</c>, <c>query</c>, <c>rest-json</c>, <c>rest-xml</c> or <c>ec2</c>.</summary>
    public string Protocol { get; }

    public bool Has(string operation) => _operations.ContainsKey(operation);

    /// <exception cref="ArgumentException">The service has no such operation.</exception>
    public JsonObject Operation(string operation) => _operations[operation] as JsonObject
        ?? throw new ArgumentException($"{SigningName} has no operation '{operation}'.", nameof(operation));

    /// <summary>What the operation takes; null when it takes nothing.</summary>
    public Shape? Input(string operation) => Referred(Operation(operation)["input"]);

    /// <summary>What the operation gives; null when it gives nothing.</summary>
    public Shape? Output(string operation) => Referred(Operation(operation)["output"]);

    public Shape Shape(string name) => new(this, name, _shapes[name]!.AsObject(), new JsonObject());

    private Shape? Referred(JsonNode? reference) => reference is JsonObject at
        ? new Shape(this, (string)at["shape"]!, _shapes[(string)at["shape"]!]!.AsObject(), at)
        : null;

    /// <summary>The shape that a member, a list's element or a map's value refers to.</summary>
    public Shape Refer(JsonNode reference) => Referred(reference)!;
}

/// <summary>The service models that come with the installed botocore, read when first asked for.</summary>
/// <param name="folder">botocore's <c>data</c> folder.</param>
internal sealed class ServiceModels(string folder)
{
    private readonly ConcurrentDictionary<string, Lazy<ServiceModel>> _models = new(StringComparer.Ordinal);

    /// <summary>The newest model of a service, by its folder's name in botocore: <c>emr</c>, <c>sns</c>, <c>stepfunctions</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">botocore has no such service.</exception>
    public ServiceModel this[string service] =>
        _models.GetOrAdd(service, name => new Lazy<ServiceModel>(() => Read(name))).Value;

    private ServiceModel Read(string service)
    {
        var version = Directory.GetDirectories(Path.Combine(folder, service)).Order(StringComparer.Ordinal).Last();
        var packed = Path.Combine(version, "service-2.json.gz");
        using var file = File.OpenRead(File.Exists(packed) ? packed : Path.Combine(version, "service-2.json"));
        using Stream text = File.Exists(packed) ? new GZipStream(file, CompressionMode.Decompress) : file;
        return new ServiceModel(JsonNode.Parse(text)!.AsObject());
    }
}
