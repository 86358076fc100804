using System.Text;
using System.Text.Json;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Front;

namespace Pomona.Local.Lambda;

/// <summary>Lambda's API: invocations are answered here by the real assemblies; what describes functions is moto's.</summary>
internal sealed class LambdaService(
    FunctionRegistry functions, AsyncInvocations queue, IdSource ids, Forwarder forwarder) : IAwsService
{
    private const int LargestSynchronousPayload = 6 * 1024 * 1024;
    private const int LargestAsynchronousPayload = 1024 * 1024;

    public static void AddTo(IServiceCollection services) => services
        .AddSingleton<FunctionInstances>().AddSingleton<FunctionStarter>().AddSingleton<FunctionQuota>().AddPart<FunctionRegistry>()
        .AddSingleton<DeadLetters>().AddPart<AsyncInvocations>()
        .AddSingleton<IFrontRoutes, RuntimeApi>().AddSingleton<IAwsService, LambdaService>();

    public string Name => "lambda";

    public string OperationOf(HttpRequest request) => LambdaOperation.Of(request.Method, request.Path.Value ?? "/");

    public long LargestBody(string? operation) => operation == "Invoke" ? LargestSynchronousPayload : IAwsService.UsualBody;

    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        switch (call.Operation)
        {
            case "Invoke":
                await InvokeAsync(call, cancellation);
                break;
            case "PutFunctionConcurrency":
                Pool(call).ReservedConcurrency = (int?)call.Json()["ReservedConcurrentExecutions"];
                await forwarder.ForwardAsync(call.Http);
                break;
            case "DeleteFunctionConcurrency":
                Pool(call).ReservedConcurrency = null;
                await forwarder.ForwardAsync(call.Http);
                break;
            case "CreateFunction" or "UpdateFunctionCode" or "UpdateFunctionConfiguration" or "InvokeAsync":
                throw new AwsFailure(
                    400, "InvalidParameterValueException",
                    $"The local cloud hosts the functions of serverless.template: {call.Operation} is not there. "
                    + "Change the template or the code, then './pomona local down' and 'up'.");
            default:
                await forwarder.ForwardAsync(call.Http);
                break;
        }
    }

    private async Task InvokeAsync(AwsCall call, CancellationToken cancellation)
    {
        var pool = Pool(call);
        var headers = call.Http.Request.Headers;
        var kind = headers["X-Amz-Invocation-Type"].ToString();
        var payload = call.Body is { Length: > 0 } body ? body : "{}"u8.ToArray();
        var largest = kind == "Event" ? LargestAsynchronousPayload : LargestSynchronousPayload;
        if (payload.Length > largest)
        {
            throw new AwsFailure(
                413, "RequestTooLargeException", $"Request must be smaller than {largest} bytes for the InvokeFunction operation");
        }

        RefuseUnlessJson(payload);
        var requestId = ids.Uuid();
        var context = headers["X-Amz-Client-Context"].ToString();
        var invocation = new Invocation(requestId, payload, context.Length > 0 ? context : null);
        var response = call.Http.Response;
        response.Headers["x-amzn-RequestId"] = requestId;
        switch (kind)
        {
            case "DryRun":
                response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "Event":
                queue.Add(pool, invocation);
                response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case "" or "RequestResponse":
                await AnswerAsync(call, pool, invocation, cancellation);
                break;
            default:
                throw new AwsFailure(
                    400, "InvalidParameterValueException",
                    $"Value '{Contracts.Printable.Excerpt(kind)}' at 'invocationType' failed to satisfy constraint: "
                    + "Member must satisfy enum value set: [Event, RequestResponse, DryRun]");
        }
    }

    private static async Task AnswerAsync(
        AwsCall call, FunctionPool pool, Invocation invocation, CancellationToken cancellation)
    {
        InvocationResult result;
        try
        {
            result = await pool.InvokeAsync(invocation, isQueued: false, cancellation);
        }
        catch (FunctionThrottledException fault)
        {
            throw new AwsFailure(429, "TooManyRequestsException", fault.Message, fault);
        }

        var response = call.Http.Response;
        response.Headers["X-Amz-Executed-Version"] = "$LATEST";
        if (result.FunctionError is { } error)
            response.Headers["X-Amz-Function-Error"] = error;
        if (call.Http.Request.Headers["X-Amz-Log-Type"] == "Tail")
            response.Headers["X-Amz-Log-Result"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(result.LogTail));
        response.ContentType = "application/json";
        // A handler without a result answers null, as on AWS.
        await response.Body.WriteAsync(result.Payload is [] ? "null"u8.ToArray() : result.Payload, cancellation);
    }

    private static void RefuseUnlessJson(byte[] payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
        }
        catch (JsonException fault)
        {
            throw new AwsFailure(
                400, "InvalidRequestContentException", $"Could not parse request body into json: {fault.Message}", fault);
        }
    }

    private FunctionPool Pool(AwsCall call)
    {
        var name = Uri.UnescapeDataString((call.Http.Request.Path.Value ?? "/").Split('/')[3]);
        return functions.TryGet(name, out var pool)
            ? pool
            : throw new AwsFailure(
                404, "ResourceNotFoundException",
                $"Function not found: arn:aws:lambda:{call.Region}:{LocalSettings.Account}:function:{FunctionRegistry.NameOf(name)}");
    }
}

/// <summary>Names a Lambda request's operation from its method and address.</summary>
internal static class LambdaOperation
{
    /// <summary>The operation, where the front cares which it is: <c>Invoke</c>; otherwise method and path.</summary>
    public static string Of(string method, string path) => (method, path.Split('/')) switch
    {
        ("POST", ["", "2015-03-31", "functions", _, "invocations"]) => "Invoke",
        ("POST", ["", "2014-11-13", "functions", _, "invoke-async"]) => "InvokeAsync",
        ("POST", ["", "2015-03-31", "functions"]) => "CreateFunction",
        ("PUT", ["", "2015-03-31", "functions", _, "configuration"]) => "UpdateFunctionConfiguration",
        ("PUT", ["", "2015-03-31", "functions", _, "code"]) => "UpdateFunctionCode",
        ("PUT", ["", "2017-10-31", "functions", _, "concurrency"]) => "PutFunctionConcurrency",
        ("DELETE", ["", "2017-10-31", "functions", _, "concurrency"]) => "DeleteFunctionConcurrency",
        _ => $"{method} {path}",
    };
}
