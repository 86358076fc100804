namespace Pomona.Local.Front;

/// <summary>
/// Keeps web pages out. Any page in a browser on this machine can send requests here, and a request here starts programs;
/// so a request is refused unless it comes from no browser, as those of AWS's tools, from our own page, or from a person
/// who opens the page.
/// </summary>
internal sealed class BrowserRefusal(AwsCallReader calls)
{
    /// <summary>Answers 403 to requests of foreign web pages; all others go on.</summary>
    public Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (IsLoopback(http.Request.Host.Host) && !IsForeign(http.Request))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync(
            "The local cloud answers AWS's tools and its own page, under the name localhost, and no other web page.\n", http.RequestAborted);
    }

    /// <summary>Whether a person asks for the page: a browser at the root. An AWS client there lists buckets.</summary>
    public static bool IsForPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path == "/" && request.Headers.Authorization.Count == 0
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    // Any other name that leads here was made to lead here (DNS rebinding): a browser takes the page that did it for ours.
    // Buckets have names such as bucket.localhost, which every resolver keeps on this machine.
    private static bool IsLoopback(string host) =>
        host is "localhost" or "127.0.0.1" or "[::1]" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private bool IsForeign(HttpRequest request)
    {
        // "null" is what a sandboxed document says, such as an object that the page shows.
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && origin != $"{request.Scheme}://{request.Host}")
            return true;
        // Browsers send it with every request to a loopback address, AWS's tools never.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site is not ("" or "same-origin") && !OnlyShows(request, site);
    }

    // A link that a person follows, or an address that a person types, may show something; it must not do anything. That
    // excludes AWS calls: some of them are complete in their address.
    private bool OnlyShows(HttpRequest request, string site) =>
        HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document"
        && (IsForPage(request) || request.Path.StartsWithSegments("/_local")
            || (site == "none" && calls.IsPresigned(request)));
}
