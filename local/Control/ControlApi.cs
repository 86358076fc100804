using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.EventBridge;
using Pomona.Local.Faults;
using Pomona.Local.Front;
using Pomona.Local.Lambda;
using Pomona.Local.S3;
using Pomona.Local.Sns;
using Pomona.Local.Stack;

namespace Pomona.Local.Control;

/// <summary>
/// What only the local cloud has, under <c>/_local/</c>: status, faults, schedules, and shutting down. Bucket names
/// cannot begin with an underscore, so no AWS call is hidden by it.
/// </summary>
internal sealed class ControlApi(
    CreatedStacks stacks, ClusterStore clusters, ClusterFaults clusterFaults, FaultPlan faults, Mailbox mailbox,
    FunctionRegistry functions, AsyncInvocations invocations, EventDelivery delivery, TargetDelivery targets, Schedules schedules,
    LocalSettings settings, ShutdownRequest shutdown) : IFrontRoutes
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void AddTo(IServiceCollection services) => services.AddSingleton<ShutdownRequest>().AddSingleton<IFrontRoutes, ControlApi>();

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/_local/api").AddEndpointFilter<RefusalFilter>();
        api.MapGet("/status", () => Answer(Status()));
        api.MapPost("/shutdown", () =>
        {
            shutdown.Ask();
            return Results.Accepted();
        });
        api.MapPost("/faults", (ApiFault fault) =>
        {
            faults.Add(fault);
            return Results.NoContent();
        });
        api.MapDelete("/faults", () =>
        {
            faults.Clear();
            clusterFaults.Clear();
            delivery.Settings = new DeliverySettings();
            return Results.NoContent();
        });
        api.MapPost("/cluster-faults/{fault}", (ClusterFault fault, int? times) =>
        {
            clusterFaults.Add(fault, times ?? 1);
            return Results.NoContent();
        });
        api.MapPost("/clusters/{id}/lose", (string id) =>
        {
            var cluster = clusters.Get(id);
            cluster.RequestEnd(ClusterEnd.NodeLost(cluster.Primary));
            return Results.NoContent();
        });
        api.MapPost("/clusters/{id}/instances/{instance}/kill", async (string id, string instance, CancellationToken cancellation) =>
        {
            await clusters.KillAsync(id, instance, cancellation);
            return Results.NoContent();
        });
        api.MapPost("/clusters/{id}/instances/{instance}/interrupt", (string id, string instance, int? seconds) =>
        {
            if (seconds is < 1 or > 3600)
                throw new LocalCloudException("seconds is the notice's length, from 1 to 3600.");
            clusters.Interrupt(id, instance, seconds is { } notice ? TimeSpan.FromSeconds(notice) : ClusterStore.SpotNotice);
            return Results.NoContent();
        });
        api.MapPost("/deliveries", (DeliverySettings deliveries) =>
        {
            delivery.Settings = deliveries;
            return Results.NoContent();
        });
        api.MapPost("/schedules/{name}/fire", async (string name, CancellationToken cancellation) =>
        {
            await schedules.FireAsync(name, cancellation);
            return Results.NoContent();
        });
    }

    private static IResult Answer(JsonNode answer) => Results.Text(answer.ToJsonString(Json), "application/json");

    private JsonObject Status() => new()
    {
        ["endpoint"] = settings.Front.AbsoluteUri.TrimEnd('/'),
        ["process"] = Environment.ProcessId,
        ["folder"] = settings.StateFolder,
        ["outputs"] = new JsonObject(stacks.All.SelectMany(stack => stack.Outputs)
            .Select(output => KeyValuePair.Create(output.Key, (JsonNode?)output.Value))),
        ["clusters"] = new JsonArray([.. clusters.All.Select(cluster => new JsonObject
        {
            ["id"] = cluster.Id,
            ["name"] = cluster.Name,
            ["state"] = cluster.State,
        })]),
        ["functions"] = new JsonArray([.. functions.All.Select(pool => new JsonObject
        {
            ["name"] = pool.Definition.Name,
            ["invocations"] = pool.Count.Ended,
            ["errors"] = pool.Count.Failed,
        })]),
        ["pendingEvents"] = invocations.Pending + delivery.Pending + targets.Pending,
        ["mails"] = mailbox.Letters.Count,
    };
}

/// <summary>Somebody asked the account to go down.</summary>
internal sealed class ShutdownRequest
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it was asked for.</summary>
    public Task Asked => _asked.Task;

    public void Ask() => _asked.TrySetResult();
}
