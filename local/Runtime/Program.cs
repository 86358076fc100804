using Pomona.Local.Runtime;

// Loads the function that _HANDLER names, then answers events until the process is ended.
using var api = new RuntimeApiClient(Variable("AWS_LAMBDA_RUNTIME_API"));
Function function;
try
{
    function = Function.Load(Variable("LAMBDA_TASK_ROOT"), HandlerName.Parse(Variable("_HANDLER")));
}
catch (Exception fault)
{
    // Whatever a function's constructor throws is the function's error, told as such.
    Console.Error.WriteLine(fault);
    await api.StartFailedAsync(ErrorReport.Of(fault));
    return 1;
}

while (true)
{
    var invocation = await api.NextAsync();
    try
    {
        await api.AnswerAsync(invocation, await function.InvokeAsync(invocation));
    }
    catch (Exception fault)
    {
        Console.Error.WriteLine(fault);
        await api.FailAsync(invocation, ErrorReport.Of(fault));
    }
}

static string Variable(string name) => Environment.GetEnvironmentVariable(name)
    ?? throw new InvalidOperationException($"{name} is not set: the local cloud starts this program, not a person.");
