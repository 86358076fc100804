using System.Globalization;
using Pomona.Local.Lambda;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Lambda::EventInvokeConfig: how often asynchronous events are tried, and who is told of failures.</summary>
internal sealed class EventInvokeConfigType(FunctionRegistry functions) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::Lambda::EventInvokeConfig";

    /// <inheritdoc/>
    public Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Required("FunctionName");
        if (!functions.TryGet(name, out var pool))
            throw new LocalCloudException($"{properties.Path}: there is no function '{name}'.");
        if (properties.Required("Qualifier") != "$LATEST")
            throw new LocalCloudException($"{properties.Path}: the local cloud hosts $LATEST only.");

        var destinations = properties.Inner("DestinationConfig");
        var failure = destinations.Inner("OnFailure");
        pool.Definition = pool.Definition with
        {
            FailureDestinationArn = failure.Text("Destination"),
            Retries = properties.Number("MaximumRetryAttempts", 2),
            MaximumEventAge = properties.Text("MaximumEventAgeInSeconds") is { } age
                ? TimeSpan.FromSeconds(int.Parse(age, CultureInfo.InvariantCulture))
                : null,
        };
        failure.End();
        destinations.End();
        return Task.FromResult(CreatedResource.Plain(logicalId));
    }
}
