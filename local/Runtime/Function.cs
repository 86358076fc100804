using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;

namespace Pomona.Local.Runtime;

/// <summary>
/// A handler, ready to be called: its object, its serializer, and how its parameters and result travel. The forms of
/// handlers are those of Lambda's managed .NET runtimes.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html</remarks>
internal sealed class Function
{
    private const string Core = "Amazon.Lambda.Core";

    private readonly MethodInfo _method;
    private readonly object? _target;
    private readonly Serializer? _serializer;
    private readonly Type? _input;
    private readonly Type? _context;

    private Function(MethodInfo method, object? target, Serializer? serializer, Type? input, Type? context)
    {
        _method = method;
        _target = target;
        _serializer = serializer;
        _input = input;
        _context = context;
    }

    /// <summary>Loads the assembly, makes the handler's object and its serializer.</summary>
    /// <exception cref="InvalidOperationException">The handler is not there, or is of a form that Lambda refuses.</exception>
    public static Function Load(string folder, HandlerName name)
    {
        var path = Path.Combine(folder, name.Assembly + ".dll");
        if (!File.Exists(path))
            throw new InvalidOperationException($"there is no {path}: build the functions first.");

        var assembly = new FunctionAssemblies(path).LoadFromAssemblyPath(path);
        var type = assembly.GetType(name.Type)
            ?? throw new InvalidOperationException($"{name.Assembly} has no type {name.Type}.");
        var found = type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(candidate => candidate.Name == name.Method).ToArray();
        if (found is not [var method])
            throw new InvalidOperationException($"{name.Type} has {found.Length} public methods '{name.Method}', not one.");

        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToList();
        var context = parameters is [.., { FullName: $"{Core}.ILambdaContext" } last] ? last : null;
        if (context is not null)
            parameters.RemoveAt(parameters.Count - 1);
        if (parameters.Count > 1)
            throw new InvalidOperationException($"{name.Type}.{name.Method} takes {parameters.Count} inputs: Lambda gives one.");

        return new Function(
            method,
            method.IsStatic ? null : Activator.CreateInstance(type),
            Serializer.Of(method, assembly),
            parameters.FirstOrDefault(),
            context);
    }

    /// <summary>Calls the handler.</summary>
    /// <returns>Its result as JSON; empty for handlers without one.</returns>
    public async Task<byte[]> InvokeAsync(RuntimeInvocation invocation)
    {
        var arguments = new List<object?>(2);
        if (_input is not null)
            arguments.Add(Input(invocation));
        if (_context is not null)
            arguments.Add(InvocationContext.Create(_context, invocation));

        object? result;
        try
        {
            result = _method.Invoke(_target, [.. arguments]);
        }
        catch (TargetInvocationException fault) when (fault.InnerException is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
            throw;
        }

        var resultType = _method.ReturnType;
        if (result is Task task)
        {
            await task;
            resultType = resultType.IsGenericType ? resultType.GetGenericArguments()[0] : typeof(void);
            result = resultType == typeof(void) ? null : task.GetType().GetProperty("Result")!.GetValue(task);
        }

        return resultType == typeof(void) ? [] : Output(resultType, result);
    }

    private object? Input(RuntimeInvocation invocation)
    {
        var payload = new MemoryStream(invocation.Payload, writable: false);
        return _input == typeof(Stream) ? payload : Required().Deserialize(_input!, payload);
    }

    private byte[] Output(Type type, object? result)
    {
        using var payload = new MemoryStream();
        if (result is Stream stream)
            stream.CopyTo(payload);
        else
            Required().Serialize(type, result, payload);
        return payload.ToArray();
    }

    private Serializer Required() => _serializer ?? throw new InvalidOperationException(
        $"{_method.DeclaringType} has neither a LambdaSerializer attribute nor Stream parameters: Lambda cannot read its event.");
}

/// <summary>Loads a function's assemblies from its own folder and by its own list of dependencies.</summary>
internal sealed class FunctionAssemblies(string assembly) : AssemblyLoadContext("function")
{
    private readonly AssemblyDependencyResolver _resolver = new(assembly);

    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}

/// <summary>A handler as templates name it: <c>Assembly::Namespace.Type::Method</c>.</summary>
internal sealed record HandlerName(string Assembly, string Type, string Method)
{
    /// <exception cref="FormatException">It does not have three parts.</exception>
    public static HandlerName Parse(string text) => text.Split("::") is [{ Length: > 0 } assembly, { Length: > 0 } type, { Length: > 0 } method]
        ? new HandlerName(assembly, type, method)
        : throw new FormatException($"'{text}' is not a handler: it looks like Assembly::Namespace.Type::Method.");
}
