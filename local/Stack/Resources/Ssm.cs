namespace Pomona.Local.Stack.Resources;

internal sealed class ParameterType(StackApi api) : IResourceType
{
    public string Name => "AWS::SSM::Parameter";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        properties.Skip("nothing costs here", "Tags");
        var request = properties.Request("Name", "Description", "Type", "Value");
        request["Name"] ??= logicalId;
        await api.CallMotoAsync("ssm", "PutParameter", request, cancellation);
        return new CreatedResource((string)request["Name"]!, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Type"] = (string)request["Type"]!,
            ["Value"] = (string)request["Value"]!,
        });
    }
}
