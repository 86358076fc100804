using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Pomona.Local.Runtime;

/// <summary>
/// The <c>ILambdaContext</c> that a handler gets, and its logger. A proxy, because the interface belongs to the function's
/// own copy of Amazon.Lambda.Core; members that a newer version adds answer with their type's default.
/// </summary>
#pragma warning disable CA1852 // DispatchProxy derives from it.
internal class InvocationContext : DispatchProxy
#pragma warning restore CA1852
{
    private RuntimeInvocation? _invocation;

    /// <summary>Makes the context of an invocation.</summary>
    public static object Create(Type contract, RuntimeInvocation invocation)
    {
        var context = Create(contract, typeof(InvocationContext));
        ((InvocationContext)context)._invocation = invocation;
        return context;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.ReturnType;
        return targetMethod.Name switch
        {
            "get_AwsRequestId" => _invocation!.RequestId,
            "get_InvokedFunctionArn" => _invocation!.FunctionArn,
            "get_FunctionName" => Variable("AWS_LAMBDA_FUNCTION_NAME"),
            "get_FunctionVersion" => Variable("AWS_LAMBDA_FUNCTION_VERSION"),
            "get_LogGroupName" => Variable("AWS_LAMBDA_LOG_GROUP_NAME"),
            "get_LogStreamName" => Variable("AWS_LAMBDA_LOG_STREAM_NAME"),
            "get_MemoryLimitInMB" => int.Parse(Variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), CultureInfo.InvariantCulture),
            "get_RemainingTime" => _invocation!.Deadline - TimeProvider.System.GetUtcNow(),
            "get_Logger" => Create(result, typeof(InvocationLogger)),
            _ => result.IsValueType && result != typeof(void) ? Activator.CreateInstance(result) : null,
        };
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? string.Empty;
}

/// <summary>The context's <c>ILambdaLogger</c>: every form of Log writes a line to standard output.</summary>
#pragma warning disable CA1852 // DispatchProxy derives from it.
internal partial class InvocationLogger : DispatchProxy
#pragma warning restore CA1852
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var name = targetMethod!.Name;
        if (name == "Log" && args is [string plain])
        {
            // The one form that adds no line break.
            Console.Write(plain);
        }
        else if (name.StartsWith("Log", StringComparison.Ordinal) && args is { Length: > 0 })
        {
            Console.WriteLine(string.Join(' ', args[^1] is object?[] values
                ? [.. args[..^2], Filled((string?)args[^2] ?? string.Empty, values)]
                : args));
        }

        return null;
    }

    /// <summary>
    /// The message with its placeholders' values, in their order, as Lambda's own runtime does it for a function that logs
    /// text; what has no value stays as it is, and what has no placeholder is left out.
    /// </summary>
    private static string Filled(string template, object?[] values)
    {
        var next = 0;
        return Placeholder().Replace(template, found => next < values.Length
            ? Convert.ToString(values[next++], CultureInfo.InvariantCulture) ?? string.Empty
            : found.Value);
    }

    [GeneratedRegex(@"\{[A-Za-z@][A-Za-z0-9_]*(:[^{}]*)?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
