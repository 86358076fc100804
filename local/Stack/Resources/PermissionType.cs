namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Lambda::Permission.</summary>
internal sealed class PermissionType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::Lambda::Permission";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var request = properties.Request("FunctionName", "Action", "Principal", "SourceAccount", "SourceArn");
        request["StatementId"] = logicalId;
        await api.CallAsync("lambda", "AddPermission", request, cancellation);
        return CreatedResource.Plain(logicalId);
    }
}
