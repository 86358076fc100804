namespace Pomona.Local.Page;

/// <summary>The web page's own files, which are part of the program.</summary>
internal static class PageFiles
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["index.html"] = "text/html; charset=utf-8",
        ["page.css"] = "text/css; charset=utf-8",
        ["page.js"] = "text/javascript; charset=utf-8",
        ["diagram.js"] = "text/javascript; charset=utf-8",
    };

    /// <summary>Adds the files' addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var name in Types.Keys)
            routes.MapGet($"/_local/{name}", (HttpContext http) => WriteAsync(name, http));
    }

    /// <summary>Writes a file.</summary>
    public static async Task WriteAsync(string name, HttpContext http)
    {
        await using var file = typeof(PageFiles).Assembly.GetManifestResourceStream($"Pomona.Local.Page.{name}")!;
        http.Response.ContentType = Types[name];
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-cache";
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
