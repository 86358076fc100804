using System.Text.Json.Nodes;
using Pomona.Local.Account;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::StepFunctions::StateMachine, run by moto's interpreter.</summary>
internal sealed class StateMachineType(StackApi api) : IResourceType
{
    public string Name => "AWS::StepFunctions::StateMachine";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Text("StateMachineName") ?? logicalId;
        var definition = properties.Text("DefinitionString") ?? properties.Take("Definition")?.ToJsonString()
            ?? throw new LocalCloudException($"{properties.Path} has no definition.");
        foreach (var (placeholder, value) in properties.Take("DefinitionSubstitutions") as JsonObject ?? [])
            definition = definition.Replace($"${{{placeholder}}}", value!.ToString(), StringComparison.Ordinal);
        if (properties.Text("StateMachineType") is not (null or "STANDARD"))
            throw new LocalCloudException($"{properties.Path}: only STANDARD state machines run here.");
        properties.Skip("the execution's history tells all; nobody reads logs or traces", "LoggingConfiguration", "TracingConfiguration");

        var tags = properties.Take("Tags") as JsonArray ?? [];
        var machine = await api.CallAsync("stepfunctions", "CreateStateMachine", new JsonObject
        {
            ["name"] = name,
            ["definition"] = definition,
            ["roleArn"] = properties.Required("RoleArn"),
            ["tags"] = new JsonArray([.. tags.Select(tag => new JsonObject
            {
                ["key"] = (string)tag!["Key"]!,
                ["value"] = tag["Value"]!.ToString(),
            })]),
        }, cancellation);
        var arn = (string)machine["stateMachineArn"]!;
        return new CreatedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn, ["Name"] = name });
    }
}
