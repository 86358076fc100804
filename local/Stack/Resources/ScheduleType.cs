namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Scheduler::Schedule. It fires when somebody asks for it: <c>./pomona local fire NAME</c>.</summary>
internal sealed class ScheduleType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::Scheduler::Schedule";

    /// <inheritdoc/>
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
