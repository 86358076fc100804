using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging.Abstractions;
using Pomona.Local.Aws;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Emr;

public sealed class LogDeliveryTests
{
    [Fact]
    public async Task A_log_that_cannot_be_saved_costs_the_log_however_saving_it_fails()
    {
        var cluster = new Cluster(
            "j-1", new JsonObject { ["Name"] = "c", ["LogUri"] = "s3://bucket/logs/", ["Instances"] = new JsonObject() }, new IdSource("seed"), TimeProvider.System);
        var log = new NodeLog();
        log.Write("a line");

        foreach (var fault in (Exception[])[new AmazonS3Exception("no"), new AmazonClientException("no"), new HttpRequestException("no"), new IOException("no"), new TaskCanceledException("no")])
        {
            var storage = DispatchProxy.Create<IAmazonS3, FailingStorage>();
            ((FailingStorage)(object)storage).Fault = fault;
            await new LogDelivery(storage, NullLogger<LogDelivery>.Instance).SaveAsync(cluster, "stdout", log);
        }
    }

#pragma warning disable CA1852 // DispatchProxy derives from it.
    internal class FailingStorage : DispatchProxy
#pragma warning restore CA1852
    {
        public Exception Fault { get; set; } = new InvalidOperationException("not set");

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw Fault;
    }
}
