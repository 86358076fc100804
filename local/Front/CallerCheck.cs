using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Pomona.Local.Account;

namespace Pomona.Local.Front;

/// <summary>
/// Keeps other users of this machine out: a request starts programs as whoever started the account. Linux tells whose a
/// connection is. Where nobody does, and for whoever was given it, the account's key opens: at the end of the access key, in a
/// header, in a cookie that the page's first address sets, or in the address that a function's process was given.
/// </summary>
internal sealed class CallerCheck(LocalSettings settings)
{
    /// <summary>The header that carries the key in requests that are not AWS's.</summary>
    public const string Header = "X-Pomona-Key";

    private const string Cookie = "pomona-key";

    private sealed record Peer(bool IsOurs);

    /// <summary>Finds out, before anything is read from a connection, whose it is.</summary>
    public Task NoteAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        connection.Features.Set(new Peer(
            settings.LooksUpUsers && connection is { RemoteEndPoint: IPEndPoint peer, LocalEndPoint: IPEndPoint here } && PeerUser.IsOurs(peer, here)));
        return next(connection);
    }

    /// <summary>Answers 403 to everybody else.</summary>
    public Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<Peer>() is { IsOurs: true } || CarriesKey(http.Request))
            return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync(
            "The local cloud answers the user who started it, and whoever has its key: see docs/local-cloud.md.\n", http.RequestAborted);
    }

    /// <summary>Adds the address that opens the page in a browser of which nobody knows whose it is.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/_local/open", (string key, HttpContext http) =>
    {
        http.Response.Cookies.Append(Cookie, key, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
        return Results.Redirect(settings.Front.AbsoluteUri);
    });

    private bool CarriesKey(HttpRequest request) =>
        IsKey(request.Headers[Header])
        || IsKey(request.Cookies[Cookie])
        || IsKey(AwsCallReader.AccessKey(request)?.Split('-')[^1])
        || (request.Path.Value!.Split('/') switch
        {
            ["", "_runtime", var instance, ..] => IsKey(instance.Split('-')[^1]),
            ["", "_local", "open"] => IsKey(request.Query["key"]),
            _ => false,
        });

    private bool IsKey(string? given) => given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(settings.Key));
}
