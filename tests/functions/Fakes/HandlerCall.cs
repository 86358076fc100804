using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>
/// Calls a handler as the Lambda runtime does: the method that the handler string names, the serializer that the
/// assembly names, bytes in, bytes out.
/// </summary>
internal static class HandlerCall
{
    private static readonly ILambdaSerializer Serializer = (ILambdaSerializer)Activator.CreateInstance(
        typeof(StartRun).Assembly.GetCustomAttribute<LambdaSerializerAttribute>()!.SerializerType)!;

    public static async Task<JsonElement?> InvokeAsync(object function, byte[] json, ILambdaContext? context = null)
    {
        var method = function.GetType().GetMethod("HandleAsync")!;
        var input = Generic(nameof(ILambdaSerializer.Deserialize), method.GetParameters()[0].ParameterType)
            .Invoke(Serializer, new MemoryStream(json));
        var task = (Task)Call(() => method.Invoke(function, [input, context ?? new PlayedCall()]))!;
        await task;
        if (method.ReturnType == typeof(Task))
            return null;

        using var output = new MemoryStream();
        Generic(nameof(ILambdaSerializer.Serialize), method.ReturnType.GetGenericArguments()[0])
            .Invoke(Serializer, ((dynamic)task).Result, output);
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }

    public static byte[] Event(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "events", name + ".json"));

    private static GenericCall Generic(string name, Type type)
        => new(typeof(ILambdaSerializer).GetMethod(name)!.MakeGenericMethod(type));

    private static object? Call(Func<object?> call)
    {
        try
        {
            return call();
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    private sealed record GenericCall(MethodInfo Method)
    {
        public object? Invoke(object target, params object?[] arguments) => Call(() => Method.Invoke(target, arguments));
    }
}
