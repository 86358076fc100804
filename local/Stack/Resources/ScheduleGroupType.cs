namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Scheduler::ScheduleGroup.</summary>
internal sealed class ScheduleGroupType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::Scheduler::ScheduleGroup";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var group = await api.CallAsync("scheduler", "CreateScheduleGroup", properties.Request("Name", "Tags"), cancellation);
        var arn = (string)group["ScheduleGroupArn"]!;
        return CreatedResource.WithArn(arn[(arn.LastIndexOf('/') + 1)..], arn);
    }
}
