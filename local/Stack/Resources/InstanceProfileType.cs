using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::IAM::InstanceProfile.</summary>
internal sealed class InstanceProfileType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::IAM::InstanceProfile";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Text("InstanceProfileName") ?? logicalId;
        var profile = await api.CallAsync(
            "iam", "CreateInstanceProfile", new JsonObject { ["InstanceProfileName"] = name }, cancellation);
        foreach (var role in properties.Take("Roles") as JsonArray ?? [])
        {
            await api.CallAsync(
                "iam", "AddRoleToInstanceProfile",
                new JsonObject { ["InstanceProfileName"] = name, ["RoleName"] = (string)role! }, cancellation);
        }

        return CreatedResource.WithArn(name, (string)profile["InstanceProfile"]!["Arn"]!);
    }
}
