using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.EventBridge;

/// <summary>The default event bus: finds the rules that match an event and delivers it to their targets.</summary>
/// <remarks>The rules are moto's, so that every tool sees and changes them; moto itself delivers to none of the targets.</remarks>
internal sealed class EventBus(
    [FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, TargetDelivery delivery, IdSource ids, TimeProvider clock,
    ILogger<EventBus> log)
{
    /// <summary>Publishes an event; a target that fails costs that delivery, as on AWS, and is logged.</summary>
    public async Task PublishAsync(BusEvent happened, CancellationToken cancellation)
    {
        var envelope = happened.Envelope(ids, clock.GetUtcNow());
        JsonArray rules;
        try
        {
            rules = (await moto.CallAsync("events", "ListRules", [], cancellation))["Rules"] as JsonArray ?? [];
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning("The event '{Event}' was not delivered: {Reason}", happened.DetailType, fault.Message);
            return;
        }

        foreach (var rule in rules)
        {
            try
            {
                if ((string?)rule!["State"] == "ENABLED" && (string?)rule["EventPattern"] is { Length: > 0 } pattern
                    && EventPattern.Matches(JsonNode.Parse(pattern)!.AsObject(), envelope))
                    await FireAsync(rule.AsObject(), envelope, cancellation);
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested)
            {
                // A rule that was removed at this moment, or that is wrong, must not keep the event from the other rules,
                // nor end whatever tells it.
                log.LogError(fault, "The rule {Rule} could not be followed.", (string?)rule!["Name"]);
            }
        }
    }

    private async Task FireAsync(JsonObject rule, JsonObject envelope, CancellationToken cancellation)
    {
        var found = await moto.CallAsync(
            "events", "ListTargetsByRule", new JsonObject { ["Rule"] = (string)rule["Name"]! }, cancellation);
        foreach (var target in found["Targets"] as JsonArray ?? [])
        {
            await delivery.DeliverAsync(
                (string?)rule["Arn"] ?? (string)rule["Name"]!, target!.AsObject(), Input(target.AsObject(), envelope),
                envelope.ToJsonString(), cancellation);
        }
    }

    private static string Input(JsonObject target, JsonObject envelope)
    {
        if ((string?)target["Input"] is { } constant)
            return constant;
        if (target["InputTransformer"] is JsonObject transformer)
            return InputTransformer.Apply(transformer, envelope);
        return (string?)target["InputPath"] is { } path
            ? (InputTransformer.At(envelope, path)?.ToJsonString() ?? "null")
            : envelope.ToJsonString();
    }
}

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
