using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::IAM::Role. moto keeps roles and policies, and enforces none.</summary>
internal sealed class RoleType(StackApi api) : IResourceType
{
    public string Name => "AWS::IAM::Role";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Text("RoleName") ?? logicalId;
        var request = properties.Request("Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags");
        request["RoleName"] = name;
        request["AssumeRolePolicyDocument"] = properties.Take("AssumeRolePolicyDocument")?.ToJsonString();
        var role = await api.CallAsync("iam", "CreateRole", request, cancellation);
        foreach (var policy in properties.Each("Policies"))
        {
            await api.CallAsync("iam", "PutRolePolicy", new JsonObject
            {
                ["RoleName"] = name,
                ["PolicyName"] = policy.Required("PolicyName"),
                ["PolicyDocument"] = policy.Take("PolicyDocument")!.ToJsonString(),
            }, cancellation);
            policy.End();
        }

        foreach (var policy in properties.Take("ManagedPolicyArns") as JsonArray ?? [])
        {
            await api.CallAsync(
                "iam", "AttachRolePolicy", new JsonObject { ["RoleName"] = name, ["PolicyArn"] = (string)policy! }, cancellation);
        }

        return CreatedResource.WithArn(name, (string)role["Role"]!["Arn"]!);
    }
}

internal sealed class InstanceProfileType(StackApi api) : IResourceType
{
    public string Name => "AWS::IAM::InstanceProfile";

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
