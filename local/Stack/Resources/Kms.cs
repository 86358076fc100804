using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::KMS::Key. Nothing is encrypted with it here.</summary>
internal sealed class KeyType(StackApi api) : IResourceType
{
    public string Name => "AWS::KMS::Key";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        properties.Skip("keys live as long as the account is up", "EnableKeyRotation", "PendingWindowInDays");
        properties.Skip("nothing costs here", "Tags");
        var request = properties.Request("Description");
        request["Policy"] = properties.Take("KeyPolicy")?.ToJsonString();
        var key = (await api.CallAsync("kms", "CreateKey", request, cancellation))["KeyMetadata"]!;
        return CreatedResource.WithArn((string)key["KeyId"]!, (string)key["Arn"]!);
    }
}
