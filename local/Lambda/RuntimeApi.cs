using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Pomona.Local.Front;

namespace Pomona.Local.Lambda;

/// <summary>
/// The HTTP interface through which a function's process gets events and answers them.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html</remarks>
internal sealed class RuntimeApi(FunctionInstances instances, TimeProvider clock) : IFrontRoutes
{
    private const long LargestAnswer = 6 << 20;

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/_runtime/{instance}/2018-06-01/runtime").WithMetadata(new RequestSizeLimitAttribute(LargestAnswer));
        api.MapGet("/invocation/next", NextAsync);
        api.MapPost("/invocation/{request}/response", (string instance, string request, HttpContext http) =>
            AnswerAsync(instance, request, http, failed: false));
        api.MapPost("/invocation/{request}/error", (string instance, string request, HttpContext http) =>
            AnswerAsync(instance, request, http, failed: true));
        api.MapPost("/init/error", StartFailedAsync);
    }

    private async Task NextAsync(string instance, HttpContext http)
    {
        if (!instances.TryGet(instance, out var known)
            || !int.TryParse(http.Request.Headers["Pomona-Process"], CultureInfo.InvariantCulture, out var pid))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        Invocation invocation;
        try
        {
            invocation = await known.NextAsync(pid, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var headers = http.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] = (clock.GetUtcNow() + known.Function.Timeout)
            .ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = known.Function.Arn;
        if (invocation.ClientContext is { } context)
            headers["Lambda-Runtime-Client-Context"] = context;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(invocation.Payload, http.RequestAborted);
    }

    private async Task AnswerAsync(string instance, string request, HttpContext http, bool failed)
    {
        var payload = await ReadAsync(http);
        http.Response.StatusCode = instances.TryGet(instance, out var known) && known.Answer(request, payload, failed)
            ? StatusCodes.Status202Accepted
            : StatusCodes.Status400BadRequest;
    }

    private async Task StartFailedAsync(string instance, HttpContext http)
    {
        var payload = await ReadAsync(http);
        if (instances.TryGet(instance, out var known))
            known.StartFailed(payload);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }
}
