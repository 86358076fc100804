namespace Pomona.Local.Control;

/// <summary>
/// Refuses what a foreign web page in the same browser could send: requests under another host name (DNS rebinding), and
/// changes that come with another page's origin.
/// </summary>
internal static class SameOriginFilter
{
    /// <summary>Lets the request through, or answers 403.</summary>
    public static ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsOurs(context.HttpContext.Request) ? next(context) : ValueTask.FromResult<object?>(Results.StatusCode(StatusCodes.Status403Forbidden));

    private static bool IsOurs(HttpRequest request)
    {
        if (request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
            return false;
        var origin = request.Headers.Origin.ToString();
        return HttpMethods.IsGet(request.Method) || origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}";
    }
}
