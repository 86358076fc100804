using System.Reflection;
using System.Runtime.Loader;
using Amazon.Lambda.Core;
using Pomona.FunctionHost;

// Usage: Pomona.FunctionHost FOLDER ASSEMBLY::TYPE::METHOD, with AWS_LAMBDA_RUNTIME_API as in Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
var (folder, handler) = (args[0], args[1].Split("::"));
var path = Path.Combine(folder, handler[0] + ".dll");
var resolver = new AssemblyDependencyResolver(path);
AssemblyLoadContext.Default.Resolving += (context, name)
    => resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
var type = assembly.GetType(handler[1], throwOnError: true)!;
var function = Activator.CreateInstance(type)!;
var method = type.GetMethod(handler[2])!;
var serializer = (ILambdaSerializer)Activator.CreateInstance(
    assembly.GetCustomAttribute<LambdaSerializerAttribute>()!.SerializerType)!;
var input = method.GetParameters()[0].ParameterType;
var output = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : typeof(object);
var invocation = (IInvocation)Activator.CreateInstance(typeof(Invocation<,>).MakeGenericType(input, output), function, method, serializer)!;

using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
var api = $"http://{Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/invocation/";
while (true)
{
    using var next = await http.GetAsync(api + "next");
    var id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
    if (id == "end")
        return;

    using var response = new MemoryStream();
    var verdict = "response";
    try
    {
        await invocation.InvokeAsync(await next.Content.ReadAsStreamAsync(), new HostContext(id), response);
    }
    catch (Exception e)
    {
        // As Lambda: whatever a function throws is its answer.
        Console.Error.WriteLine(e);
        verdict = "error";
    }

    using var content = new ByteArrayContent(response.ToArray());
    using var posted = await http.PostAsync($"{api}{id}/{verdict}", content);
}
