using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Logs::LogGroup.</summary>
internal sealed class LogGroupType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::Logs::LogGroup";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        properties.Skip("nothing costs here", "Tags");
        var name = properties.Required("LogGroupName");
        await api.CallAsync("logs", "CreateLogGroup", new JsonObject { ["logGroupName"] = name }, cancellation);
        if (properties.Take("RetentionInDays") is { } days)
        {
            await api.CallAsync(
                "logs", "PutRetentionPolicy", new JsonObject { ["logGroupName"] = name, ["retentionInDays"] = days }, cancellation);
        }

        return CreatedResource.WithArn(name, $"arn:aws:logs:{LocalSettings.Region}:{LocalSettings.Account}:log-group:{name}:*");
    }
}
