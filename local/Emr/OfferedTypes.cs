using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Pomona.Local.Front;
using Pomona.Local.Moto;

namespace Pomona.Local.Emr;

/// <summary>
/// The instance types of a region, from the offerings of EC2 that come with moto. EMR has few of them less, which nobody
/// publishes as a list: what is refused here is refused on AWS too.
/// </summary>
internal sealed class OfferedTypes(PythonEnvironment python)
{
    private const int PageSize = 100;

    private readonly Lock _gate = new();
    private FrozenSet<string>? _types;

    /// <summary>The region whose types these are; a test may set another than the account's.</summary>
    public string Region
    {
        get;
        set
        {
            lock (_gate)
                (field, _types) = (value, null);
        }
    } = Account.LocalSettings.Region;

    public JsonObject List(JsonObject request)
    {
        var all = Types().Order(StringComparer.Ordinal).ToArray();
        var start = int.TryParse((string?)request["Marker"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0;
        var answer = new JsonObject
        {
            ["SupportedInstanceTypes"] = new JsonArray([.. all.Skip(start).Take(PageSize).Select(type => new JsonObject { ["Type"] = type })]),
        };
        if (start + PageSize < all.Length)
            answer["Marker"] = (start + PageSize).ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    /// <summary>Refuses a request for a cluster that names a type which the region has not.</summary>
    /// <exception cref="AwsFailure">It names one.</exception>
    public void RefuseAbsent(JsonArray fleets)
    {
        var asked = fleets.SelectMany(fleet => fleet!["InstanceTypeConfigs"] as JsonArray ?? []).Select(type => (string)type!["InstanceType"]!);
        if (asked.FirstOrDefault(type => !Types().Contains(type)) is { } absent)
            throw new AwsFailure(400, "ValidationException", $"Instance type '{Contracts.Printable.Excerpt(absent, 40)}' is not supported.");
    }

    private FrozenSet<string> Types()
    {
        lock (_gate)
            return _types ??= Read();
    }

    private FrozenSet<string> Read()
    {
        using var file = File.OpenRead(Path.Combine(python.OfferingsFolder, Region + ".json.gz"));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        return JsonNode.Parse(text)!.AsArray().Select(offer => (string)offer!["InstanceType"]!).ToFrozenSet(StringComparer.Ordinal);
    }
}
