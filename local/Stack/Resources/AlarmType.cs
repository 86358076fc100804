namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::CloudWatch::Alarm. moto keeps alarms; nothing measures here, so none rings.</summary>
internal sealed class AlarmType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::CloudWatch::Alarm";

    /// <inheritdoc/>
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
