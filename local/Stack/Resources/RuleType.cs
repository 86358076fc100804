using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Events::Rule.</summary>
internal sealed class RuleType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::Events::Rule";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Text("Name") ?? logicalId;
        var request = properties.Request("Description", "State", "ScheduleExpression", "RoleArn");
        request["Name"] = name;
        request["EventPattern"] = properties.Take("EventPattern")?.ToJsonString();
        var rule = await api.CallAsync("events", "PutRule", request, cancellation);
        if (properties.Take("Targets") is { } targets)
            await api.CallAsync("events", "PutTargets", new JsonObject { ["Rule"] = name, ["Targets"] = targets }, cancellation);
        return CreatedResource.WithArn(name, (string)rule["RuleArn"]!);
    }
}
