using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Front;

namespace Pomona.Local.EventBridge;

/// <summary>EventBridge's API: events are delivered here; rules and targets are moto's.</summary>
internal sealed class EventBridgeService(EventBus bus, IdSource ids, Forwarder forwarder, IHostApplicationLifetime front) : IAwsService
{
    public static void AddTo(IServiceCollection services) => services
        .AddPart<TargetDelivery>().AddSingleton<EventTargets>().AddSingleton<EventBus>().AddSingleton<Schedules>()
        .AddSingleton<IAwsService, EventBridgeService>();

    public string Name => "events";

    public string Target => "AWSEvents";

    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        if (call.Operation == "PutRule")
            RefuseUnknownPattern((string?)call.Json()["EventPattern"]);
        if (call.Operation != "PutEvents")
        {
            await forwarder.ForwardAsync(call.Http);
            return;
        }

        var answers = new JsonArray();
        var failed = 0;
        foreach (var entry in call.Json()["Entries"] as JsonArray ?? [])
        {
            // Not the caller's token: an event that was taken is delivered, also when the caller has hung up.
            var error = await PutAsync(entry!.AsObject(), front.ApplicationStopping);
            failed += error is null ? 0 : 1;
            answers.Add(error ?? new JsonObject { ["EventId"] = ids.Uuid() });
        }

        await call.WriteJsonAsync(new JsonObject { ["FailedEntryCount"] = failed, ["Entries"] = answers }, cancellation);
    }

    // Now rather than at every event, when nobody is there to hear it.
    private static void RefuseUnknownPattern(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern))
            return;
        try
        {
            EventPattern.Check(JsonNode.Parse(pattern));
        }
        catch (Exception fault) when (fault is NotSupportedException or JsonException)
        {
            throw new AwsFailure(400, "InvalidEventPatternException", $"Event pattern is not valid. Reason: {fault.Message}", fault);
        }
    }

    private async Task<JsonObject?> PutAsync(JsonObject entry, CancellationToken cancellation)
    {
        var source = (string?)entry["Source"] ?? string.Empty;
        if (source.StartsWith("aws.", StringComparison.Ordinal))
            return Error("NotAuthorizedForSourceException", "Not authorized for the source.");
        if (JsonText.TryReadObject((string?)entry["Detail"]) is not { } detail)
            return Error("MalformedDetail", "Detail is malformed.");
        var resources = (entry["Resources"] as JsonArray ?? []).Select(arn => (string)arn!).ToArray();
        await bus.PublishAsync(new BusEvent(source, (string?)entry["DetailType"] ?? "", detail, resources), cancellation);
        return null;
    }

    private static JsonObject Error(string code, string message) =>
        new() { ["ErrorCode"] = code, ["ErrorMessage"] = message };
}
