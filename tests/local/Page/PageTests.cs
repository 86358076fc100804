using System.Diagnostics;
using System.Text.Json;

namespace Pomona.Local.Tests.Page;

public sealed class PageTests(PipelineAccount account) : IClassFixture<PipelineAccount>
{
    [ChromiumFact]
    public async Task A_run_is_seen_live_from_its_first_state_to_the_report()
    {
        var watching = WatchAsync();
        await account.UploadAsync("seen", Photos.Take(40));
        var seen = await watching;

        Assert.Empty(Texts(seen, "complaints"));
        Assert.Empty(Texts(seen, "foreign"));
        Assert.StartsWith("SUCCEEDED", seen.GetProperty("facts").GetString());
        Assert.Equal(["waiting", "running", "done"], Texts(seen.GetProperty("states"), "RunJob"));
        Assert.Equal(["done"], Texts(seen.GetProperty("states"), "OpenRun").TakeLast(1));
        Assert.Equal(["waiting"], Texts(seen.GetProperty("states"), "EndStrays"));
        Assert.Equal("TERMINATED", Texts(seen, "clusterStates")[^1]);
        Assert.Contains("BOOTSTRAPPING", Texts(seen, "clusterStates"));
        Assert.Matches(@"^0\.\d+ USD$", Texts(seen, "row")[3]);
        Assert.Matches(@"^\d+ vCPUs, on AWS 0\.\d+ USD per hour", Texts(seen, "row")[4]);
        Assert.Equal("40 of 40 images", seen.GetProperty("job").GetString());
        Assert.Equal(["Pomona: seen has finished", "Pomona: seen is ready, the job begins"], Texts(seen, "mails"));
        Assert.Contains("Images: 40 in", seen.GetProperty("mail").GetString());
        Assert.Equal(0, seen.GetProperty("saidAgain").GetInt32());
        Assert.Equal("the local cloud is up and has a fault: its logs tell more", seen.GetProperty("fault").GetString());
        Assert.Equal("pomona-pipeline: SUCCEEDED", seen.GetProperty("picture").GetString());
        Assert.StartsWith("RunJob (done): ", seen.GetProperty("node").GetString());
        Assert.NotEmpty(seen.GetProperty("reportTitle").GetString()!);
        Assert.Equal(0, seen.GetProperty("overflow").GetInt32());
    }

    [Fact]
    public async Task That_nobody_gets_the_mails_any_more_is_shown_where_no_mail_can_tell_it()
    {
        using var http = new HttpClient();
        async Task<bool> UnheardAsync() => JsonDocument.Parse(await http.GetStringAsync(new Uri(account.Cloud.Settings.Front, "_local/api/account")))
            .RootElement.GetProperty("mailsUnheard").GetBoolean();
        var topic = account.Stack.Outputs["MailTopicArn"];

        Assert.False(await UnheardAsync());
        var subscriptions = (await account.CallAsync("sns", "ListSubscriptionsByTopic", new() { ["TopicArn"] = topic }))["Subscriptions"]!.AsArray();
        var mail = subscriptions.Single(subscription => (string?)subscription!["Protocol"] == "email")!;
        await account.CallAsync("sns", "Unsubscribe", new() { ["SubscriptionArn"] = (string)mail["SubscriptionArn"]! });
        Assert.True(await UnheardAsync());
        await account.CallAsync("sns", "Subscribe", new() { ["TopicArn"] = topic, ["Protocol"] = "email", ["Endpoint"] = (string)mail["Endpoint"]! });
        Assert.False(await UnheardAsync());
    }

    [Fact]
    public async Task Objects_are_shown_in_an_origin_of_their_own()
    {
        await account.S3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = account.Bucket, Key = "runs/x.html", ContentBody = "<b>x</b>" });
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(account.Cloud.Settings.Front, "_local/objects/runs/x.html"));

        Assert.Equal("sandbox allow-scripts", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    private static string[] Texts(JsonElement found, string name) => [.. found.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private Task<JsonElement> WatchAsync()
    {
        string[] pictures = Environment.GetEnvironmentVariable("POMONA_PICTURES") is { Length: > 0 } folder ? [folder] : [];
        return PageScript.RunAsync("tests/local/Page/page.mjs", [account.Cloud.Settings.Front.AbsoluteUri, .. pictures]);
    }
}
