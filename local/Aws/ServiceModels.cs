using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Pomona.Local.Aws;

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
