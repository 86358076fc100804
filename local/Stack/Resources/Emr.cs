using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

internal sealed class SecurityConfigurationType(StackApi api) : IResourceType
{
    public string Name => "AWS::EMR::SecurityConfiguration";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Text("Name") ?? logicalId;
        await api.CallAsync("emr", "CreateSecurityConfiguration", new JsonObject
        {
            ["Name"] = name,
            ["SecurityConfiguration"] = properties.Take("SecurityConfiguration")!.ToJsonString(),
        }, cancellation);
        return CreatedResource.Plain(name);
    }
}
