using Amazon.Lambda.Core;

namespace Pomona.FunctionHost;

/// <summary>A handler whose types are known only at run time.</summary>
internal interface IInvocation
{
    /// <summary>Reads the event, calls the handler, writes its answer.</summary>
    Task InvokeAsync(Stream input, ILambdaContext context, Stream output);
}
