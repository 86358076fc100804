using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Front;

namespace Pomona.Local.Emr;

/// <summary>EMR's API: every request is checked against the real model before it is answered.</summary>
internal sealed class EmrService(ServiceModels models, OfferedTypes types, ClusterApi clusters, StepApi steps, FleetApi fleets) : IAwsService
{
    public static void AddTo(IServiceCollection services) => services
        .AddSingleton<NodeTools>().AddSingleton<ClusterEvents>().AddSingleton<LogDelivery>().AddSingleton<ClusterFaults>()
        .AddSingleton(ClusterNode.Factory).AddPart<ClusterStore>()
        .AddSingleton<OfferedTypes>().AddSingleton<ClusterApi>().AddSingleton<StepApi>().AddSingleton<FleetApi>()
        .AddSingleton<IAwsService, EmrService>();

    public string Name => "elasticmapreduce";

    public string Target => "ElasticMapReduce";

    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        var model = models["emr"];
        if (!model.Has(call.Operation))
            throw new AwsFailure(400, "UnknownOperationException", $"EMR has no operation '{Contracts.Printable.Excerpt(call.Operation)}'.");

        var request = call.Json();
        if (model.Input(call.Operation) is { } input && ShapeValidator.Complaints(input, request) is { Count: > 0 } wrong)
            throw new AwsFailure(400, "ValidationException", ShapeValidator.Message(wrong));

        await call.WriteJsonAsync(Answer(call.Operation, request), cancellation);
    }

    private JsonObject Answer(string operation, JsonObject request) => operation switch
    {
        "RunJobFlow" => clusters.RunJobFlow(request),
        "DescribeCluster" => clusters.DescribeCluster(request),
        "ListClusters" => clusters.ListClusters(request),
        "ListSupportedInstanceTypes" => types.List(request),
        "ListBootstrapActions" => clusters.ListBootstrapActions(request),
        "TerminateJobFlows" => clusters.TerminateJobFlows(request),
        "SetTerminationProtection" => clusters.SetTerminationProtection(request),
        "SetKeepJobFlowAliveWhenNoSteps" => clusters.SetKeepJobFlowAliveWhenNoSteps(request),
        "GetAutoTerminationPolicy" => clusters.GetAutoTerminationPolicy(request),
        "PutAutoTerminationPolicy" => clusters.PutAutoTerminationPolicy(request),
        "RemoveAutoTerminationPolicy" => clusters.RemoveAutoTerminationPolicy(request),
        "AddTags" => clusters.AddTags(request),
        "RemoveTags" => clusters.RemoveTags(request),
        "AddJobFlowSteps" => steps.AddJobFlowSteps(request),
        "ListSteps" => steps.ListSteps(request),
        "DescribeStep" => steps.DescribeStep(request),
        "CancelSteps" => steps.CancelSteps(request),
        "ListInstanceFleets" => fleets.ListInstanceFleets(request),
        "ListInstances" => fleets.ListInstances(request),
        "CreateSecurityConfiguration" => clusters.CreateSecurityConfiguration(request),
        "DescribeSecurityConfiguration" => clusters.DescribeSecurityConfiguration(request),
        _ => throw new AwsFailure(
            501, "NotImplementedException", $"The local cloud's EMR does not know {operation}: see docs/local-cloud.md."),
    };
}
