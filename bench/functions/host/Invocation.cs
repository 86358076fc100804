using System.Reflection;
using Amazon.Lambda.Core;

namespace Pomona.FunctionHost;

/// <summary>A handler from <typeparamref name="TInput"/> to <typeparamref name="TOutput"/>, or to nothing where that is object.</summary>
internal sealed class Invocation<TInput, TOutput>(object function, MethodInfo method, ILambdaSerializer serializer) : IInvocation
{
    private readonly Func<TInput, ILambdaContext, Task> _handler = method.CreateDelegate<Func<TInput, ILambdaContext, Task>>(function);

    public async Task InvokeAsync(Stream input, ILambdaContext context, Stream output)
    {
        var task = _handler(serializer.Deserialize<TInput>(input), context);
        await task;
        if (task is Task<TOutput> answered && typeof(TOutput) != typeof(object))
            serializer.Serialize(await answered, output);
    }
}
