using System.Text.Json.Nodes;
using Pomona.Local.Account;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::CloudWatch::Alarm. moto keeps alarms; nothing measures here, so none rings.</summary>
internal sealed class AlarmType(StackApi api) : IResourceType
{
    public string Name => "AWS::CloudWatch::Alarm";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var request = properties.Request(
            "AlarmName", "AlarmDescription", "ActionsEnabled", "AlarmActions", "OKActions", "ComparisonOperator", "Dimensions",
            "EvaluationPeriods", "DatapointsToAlarm", "MetricName", "Metrics", "Namespace", "Period", "Statistic", "Threshold",
            "TreatMissingData");
        request["AlarmName"] ??= logicalId;
        await api.CallAsync("cloudwatch", "PutMetricAlarm", request, cancellation);
        var name = (string)request["AlarmName"]!;
        return CreatedResource.WithArn(name, $"arn:aws:cloudwatch:{LocalSettings.Region}:{LocalSettings.Account}:alarm:{name}");
    }
}

internal sealed class LogGroupType(StackApi api) : IResourceType
{
    public string Name => "AWS::Logs::LogGroup";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        properties.Skip("nothing costs here", "Tags");
        properties.Skip("functions log to files here", "KmsKeyId");
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

/// <summary>AWS::Logs::MetricFilter. moto keeps filters; functions log to files here, so none counts.</summary>
internal sealed class MetricFilterType(StackApi api) : IResourceType
{
    public string Name => "AWS::Logs::MetricFilter";

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
