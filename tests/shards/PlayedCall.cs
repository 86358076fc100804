using System.Collections.Concurrent;
using Amazon.Lambda.Core;

namespace Pomona.Shards.Tests;

/// <summary>A call with so much time left, whose log can be read.</summary>
internal sealed class PlayedCall(TimeSpan remaining = default) : ILambdaContext, ILambdaLogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public string AwsRequestId => "request";

    public IClientContext ClientContext => null!;

    public string FunctionName => "RunShards";

    public string FunctionVersion => "$LATEST";

    public ICognitoIdentity Identity => null!;

    public string InvokedFunctionArn => "arn:aws:lambda:eu-west-3:123456789012:function:RunShards";

    public ILambdaLogger Logger => this;

    public string LogGroupName => "group";

    public string LogStreamName => "stream";

    public int MemoryLimitInMB => 1769;

    public TimeSpan RemainingTime => remaining;

    public void Log(string message) => Lines.Enqueue(message);

    public void LogLine(string message) => Lines.Enqueue(message);

    public void Log(string level, string message, params object[] args) => Lines.Enqueue($"{message} {string.Join(' ', args)}");

    public void Log(string level, Exception exception, string message, params object[] args) => Lines.Enqueue($"{message} {exception}");
}
