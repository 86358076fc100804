using Amazon.Lambda.Core;

namespace Pomona.FunctionHost;

/// <summary>An invocation without a log: writing it is not what is measured.</summary>
internal sealed class HostContext(string requestId) : ILambdaContext, ILambdaLogger
{
    public string AwsRequestId => requestId;

    public IClientContext? ClientContext => null;

    public string FunctionName => "function";

    public string FunctionVersion => "$LATEST";

    public ICognitoIdentity? Identity => null;

    public string InvokedFunctionArn => "arn:aws:lambda:eu-west-3:123456789012:function:function";

    public ILambdaLogger Logger => this;

    public string LogGroupName => "group";

    public string LogStreamName => "stream";

    public int MemoryLimitInMB => 512;

    /// <summary>What Lambda allows at most.</summary>
    public TimeSpan RemainingTime => TimeSpan.FromMinutes(15);

    public void Log(string message)
    {
    }

    public void LogLine(string message)
    {
    }

    public void Log(string level, string message, params object[] args)
    {
    }

    public void Log(string level, Exception exception, string message, params object[] args)
    {
    }
}
