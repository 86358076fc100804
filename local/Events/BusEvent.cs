using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Events;

/// <summary>An event on the default event bus.</summary>
/// <param name="Source">Who tells it: <c>aws.emr</c>, <c>aws.states</c>, or an application's name.</param>
/// <param name="DetailType">What kind of event it is.</param>
/// <param name="Detail">What happened.</param>
/// <param name="Resources">The ARNs that it concerns.</param>
internal sealed record BusEvent(string Source, string DetailType, JsonObject Detail, params string[] Resources)
{
    /// <summary>The event as rules and targets see it.</summary>
    public JsonObject Envelope(IdSource ids, DateTimeOffset time) => new()
    {
        ["version"] = "0",
        ["id"] = ids.Uuid(),
        ["detail-type"] = DetailType,
        ["source"] = Source,
        ["account"] = LocalSettings.Account,
        ["time"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["region"] = LocalSettings.Region,
        ["resources"] = new JsonArray([.. Resources.Select(arn => (JsonNode)arn)]),
        ["detail"] = Detail.DeepClone(),
    };
}
