using System.Collections.Concurrent;
using System.Globalization;
using Amazon.Lambda.Core;

namespace Pomona.Tests;

/// <summary>A call of a Lambda handler, whose log can be read.</summary>
/// <param name="requestId">The call's id.</param>
/// <param name="remaining">The time that is left; zero where nothing says so, as outside of Lambda.</param>
internal sealed class PlayedCall(string requestId = "request", TimeSpan remaining = default) : ILambdaContext, ILambdaLogger
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public string AwsRequestId => requestId;

    public IClientContext ClientContext => null!;

    public string FunctionName => "function";

    public string FunctionVersion => "$LATEST";

    public ICognitoIdentity Identity => null!;

    public string InvokedFunctionArn => "arn:aws:lambda:eu-west-3:123456789012:function:function";

    public ILambdaLogger Logger => this;

    public string LogGroupName => "group";

    public string LogStreamName => "stream";

    public int MemoryLimitInMB => 1769;

    public TimeSpan RemainingTime => remaining;

    public void Log(string message) => Lines.Enqueue(message);

    public void LogLine(string message) => Lines.Enqueue(message);

    public void Log(string level, string message, params object[] args)
        => Lines.Enqueue($"{level} {message} {string.Join(' ', args.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)))}");

    public void Log(string level, Exception exception, string message, params object[] args)
    {
        Log(level, message, args);
        Lines.Enqueue(exception.ToString());
    }
}
