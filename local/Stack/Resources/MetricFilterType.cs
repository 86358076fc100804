using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::Logs::MetricFilter. moto keeps filters; functions log to files here, so none counts.</summary>
internal sealed class MetricFilterType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::Logs::MetricFilter";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Text("FilterName") ?? logicalId;
        var transformations = new JsonArray();
        foreach (var transformation in properties.Each("MetricTransformations"))
        {
            var request = new JsonObject
            {
                ["metricName"] = transformation.Required("MetricName"),
                ["metricNamespace"] = transformation.Required("MetricNamespace"),
                ["metricValue"] = transformation.Required("MetricValue"),
            };
            if (transformation.Take("DefaultValue") is { } value)
                request["defaultValue"] = value;
            if (transformation.Take("Unit") is { } unit)
                request["unit"] = unit;
            transformation.End();
            transformations.Add(request);
        }

        await api.CallAsync("logs", "PutMetricFilter", new JsonObject
        {
            ["logGroupName"] = properties.Required("LogGroupName"),
            ["filterName"] = name,
            ["filterPattern"] = properties.Required("FilterPattern"),
            ["metricTransformations"] = transformations,
        }, cancellation);
        return CreatedResource.Plain(name);
    }
}
