using System.Reflection;

namespace Pomona.Local.Runtime;

/// <summary>The context's <c>ILambdaLogger</c>: every form of Log writes a line to standard output.</summary>
#pragma warning disable CA1852 // DispatchProxy derives from it.
internal class InvocationLogger : DispatchProxy
#pragma warning restore CA1852
{
    /// <inheritdoc/>
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
            Console.WriteLine(string.Join(' ', args.SelectMany(
                argument => argument is object?[] several ? several : [argument])));
        }

        return null;
    }
}
