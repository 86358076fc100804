using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

internal sealed class RuleType(StackApi api) : IResourceType
{
    public string Name => "AWS::Events::Rule";

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

internal sealed class ScheduleGroupType(StackApi api) : IResourceType
{
    public string Name => "AWS::Scheduler::ScheduleGroup";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var group = await api.CallAsync("scheduler", "CreateScheduleGroup", properties.Request("Name", "Tags"), cancellation);
        var arn = (string)group["ScheduleGroupArn"]!;
        return CreatedResource.WithArn(arn[(arn.LastIndexOf('/') + 1)..], arn);
    }
}

/// <summary>AWS::Scheduler::Schedule. It fires when somebody asks for it: <c>./pomona local fire NAME</c>.</summary>
internal sealed class ScheduleType(StackApi api) : IResourceType
{
    public string Name => "AWS::Scheduler::Schedule";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var request = properties.Request(
            "Name", "Description", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target",
            "State");
        request["Name"] ??= logicalId;
        var schedule = await api.CallAsync("scheduler", "CreateSchedule", request, cancellation);
        return CreatedResource.WithArn((string)request["Name"]!, (string)schedule["ScheduleArn"]!);
    }
}
