using Amazon.S3;
using Microsoft.AspNetCore.StaticFiles;
using Pomona.Local.Aws;
using Pomona.Local.Mail;
using Pomona.Local.Runs;
using Pomona.Local.Stack;

namespace Pomona.Local.Control;

/// <summary>What the page and the demo look at: runs, clusters, mails, and the objects of the bucket.</summary>
internal sealed class RunsApi(
    RunViews runs, ClusterViews clusters, Mailbox mailbox, CreatedStacks stacks, LocalSettings settings,
    [FromKeyedServices(AwsEndpoint.Moto)] IAmazonS3 storage)
{
    /// <summary>Adds the addresses.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/_local").AddEndpointFilter<RefusalFilter>();
        api.MapGet("/api/account", async (CancellationToken cancellation) => TypedResults.Json(await AccountAsync(cancellation)));
        api.MapGet("/api/machines/{name}", async (string name, CancellationToken cancellation) =>
            Results.Text(await runs.DefinitionAsync(name, cancellation), "application/json"));
        api.MapGet("/objects/{**key}", ObjectAsync);
    }

    private async Task<AccountView> AccountAsync(CancellationToken cancellation) => new(
        settings.Front.AbsoluteUri.TrimEnd('/'),
        stacks.Bucket,
        await runs.AllAsync(cancellation),
        clusters.All(),
        [.. mailbox.Letters.Select(letter => new MailView(letter.To, letter.Subject, letter.Body, letter.SentAt, letter.File))]);

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
