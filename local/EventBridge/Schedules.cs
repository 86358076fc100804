using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.EventBridge;

/// <summary>Fires EventBridge Scheduler's schedules when somebody asks; here no clock does.</summary>
internal sealed class Schedules([FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, TargetDelivery delivery)
{
    /// <summary>Fires a schedule now.</summary>
    /// <param name="name">Its name, or the end of it: <c>reap</c> for <c>pomona-reap</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LocalCloudException">There is no such schedule, or several.</exception>
    public async Task FireAsync(string name, CancellationToken cancellation)
    {
        var known = ((await moto.CallAsync("scheduler", "ListSchedules", [], cancellation))["Schedules"] as JsonArray ?? [])
            .Select(schedule => (Name: (string)schedule!["Name"]!, Group: (string?)schedule["GroupName"] ?? "default"))
            .ToArray();
        var found = known.Where(schedule => schedule.Name == name || schedule.Name.EndsWith("-" + name, StringComparison.Ordinal)).ToArray();
        if (found is not [var (full, group)])
        {
            throw new LocalCloudException(
                $"there is no schedule '{Contracts.Printable.Excerpt(name)}': there are {string.Join(", ", known.Select(schedule => schedule.Name))}.");
        }

        var schedule = await moto.CallAsync(
            "scheduler", "GetSchedule", new JsonObject { ["Name"] = full, ["GroupName"] = group }, cancellation);
        if ((string?)schedule["State"] == "DISABLED")
            throw new LocalCloudException($"the schedule {full} is switched off, and never fires: a parameter of the stack switches it on.");
        var target = schedule["Target"]!.AsObject();
        var input = (string?)target["Input"] ?? "{}";
        await delivery.DeliverAsync((string?)schedule["Arn"] ?? full, target, input, input, cancellation);
    }
}
