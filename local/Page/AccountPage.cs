using Amazon.S3;
using Microsoft.AspNetCore.StaticFiles;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Front;
using Pomona.Local.Sns;
using Pomona.Local.Stack;

namespace Pomona.Local.Page;

/// <summary>The account's web page, and what it and the demo look at: runs, clusters, mails, and the objects of the bucket.</summary>
internal sealed class AccountPage(
    RunViews runs, ClusterViews clusters, Mailbox mailbox, TopicDelivery topics, CreatedStacks stacks, LocalSettings settings, FrontDoor door,
    [FromKeyedServices(AwsEndpoint.Moto)] IAmazonS3 storage) : IFrontRoutes
{
    // Its files are part of the program.
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["index.html"] = "text/html; charset=utf-8",
        ["page.css"] = "text/css; charset=utf-8",
        ["page.js"] = "text/javascript; charset=utf-8",
        ["diagram.js"] = "text/javascript; charset=utf-8",
    };

    public static void AddTo(IServiceCollection services) => services
        .AddSingleton<WrittenRun>().AddSingleton<RunViews>().AddSingleton<ClusterViews>().AddSingleton<IFrontRoutes, AccountPage>();

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/_local").AddEndpointFilter<RefusalFilter>();
        api.MapGet("/api/account", async (CancellationToken cancellation) => TypedResults.Json(await AccountAsync(cancellation)));
        api.MapGet("/api/machines/{name}", async (string name, CancellationToken cancellation) =>
            Results.Text(await runs.DefinitionAsync(name, cancellation), "application/json"));
        api.MapGet("/objects/{**key}", ObjectAsync);
        foreach (var name in Types.Keys)
            routes.MapGet($"/_local/{name}", (HttpContext http) => WriteAsync(name, http));
        routes.MapGet("/", (HttpContext http) => BrowserRefusal.IsForPage(http.Request) ? WriteAsync("index.html", http) : door.AnswerAsync(http));
    }

    private static async Task WriteAsync(string name, HttpContext http)
    {
        await using var file = typeof(AccountPage).Assembly.GetManifestResourceStream($"Pomona.Local.Page.{name}")!;
        http.Response.ContentType = Types[name];
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-cache";
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private async Task<AccountView> AccountAsync(CancellationToken cancellation)
    {
        var rented = clusters.Rented;
        var all = await runs.AllAsync(cancellation);
        return new AccountView(
            settings.Front.AbsoluteUri.TrimEnd('/'),
            stacks.Bucket,
            all,
            clusters.Of(rented, all),
            [.. mailbox.Letters.Select(letter => new MailView(letter.To, letter.Subject, letter.Body, letter.SentAt, letter.File))],
            await AreMailsUnheardAsync(cancellation));
    }

    // What WatchMails looks for on AWS, where an alarm tells it: no mail can.
    private async Task<bool> AreMailsUnheardAsync(CancellationToken cancellation)
        => stacks.MailTopic is { } topic && !await topics.ReachesMailAsync(topic, cancellation);

    private async Task<IResult> ObjectAsync(string key, HttpContext http, CancellationToken cancellation)
    {
        if (stacks.Bucket is not { } bucket)
            return Results.NotFound();
        try
        {
            var found = await storage.GetObjectAsync(bucket, key, cancellation);
            // What a bucket holds was made by others: it gets an origin of its own, from which it reaches nothing here.
            http.Response.Headers.ContentSecurityPolicy = "sandbox allow-scripts";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            var known = new FileExtensionContentTypeProvider().TryGetContentType(key, out var type);
            return Results.Stream(found.ResponseStream, known ? type : "application/octet-stream");
        }
        catch (AmazonS3Exception fault) when (fault.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return Results.NotFound();
        }
    }
}
