using Pomona.Functions.Mails;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Mails;

[Collection(SharedMoto.Name)]
public sealed class SnsMailboxTests(MotoAccount moto)
{
    [MotoFact]
    public async Task Mails_are_published_with_subject_and_text_whole()
    {
        using var client = moto.Sns();
        using var http = new HttpClient();
        var topic = $"arn:aws:sns:{MotoAccount.Region}:{MotoAccount.Account}:pomona";
        await CallAsync(http, ("Action", "CreateTopic"), ("Name", "pomona"));

        await new SnsMailbox(client, topic).SendAsync(new Mail("Pomona : fini", "Prêt.\nÀ 100 % & plus="), default);

        var sent = await http.GetStringAsync(moto.Url + "/moto-api/data.json");
        Assert.Contains("Pomona : fini", sent, StringComparison.Ordinal);
        await Assert.ThrowsAsync<Amazon.SimpleNotificationService.Model.NotFoundException>(
            () => new SnsMailbox(client, topic + "x").SendAsync(new Mail("a", "b"), default));
    }

    [MotoFact]
    public async Task A_topic_tells_whether_an_address_is_subscribed_on_whatever_page_and_no_longer_once_it_is_not()
    {
        using var client = moto.Sns();
        using var http = new HttpClient();
        var topic = $"arn:aws:sns:{MotoAccount.Region}:{MotoAccount.Account}:heard";
        await CallAsync(http, ("Action", "CreateTopic"), ("Name", "heard"));
        var subscription = new SnsMailSubscription(client, topic);
        Assert.Equal(MailReach.Gone, await subscription.ReachAsync("you@example.org", default));

        for (var i = 0; i < 120; i++)
            await CallAsync(http, ("Action", "Subscribe"), ("TopicArn", topic), ("Protocol", "email"), ("Endpoint", $"other{i}@example.org"));
        var answer = await CallAsync(http, ("Action", "Subscribe"), ("TopicArn", topic), ("Protocol", "email"), ("Endpoint", "you@example.org"));
        Assert.Equal(MailReach.Confirmed, await subscription.ReachAsync("you@example.org", default));

        var arn = answer.Split("<SubscriptionArn>")[1].Split('<')[0];
        await CallAsync(http, ("Action", "Unsubscribe"), ("SubscriptionArn", arn));
        Assert.Equal(MailReach.Gone, await subscription.ReachAsync("you@example.org", default));
    }

    private async Task<string> CallAsync(HttpClient http, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Append(("Version", "2010-03-31")).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var request = new HttpRequestMessage(HttpMethod.Post, moto.Url) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=test/20261121/{MotoAccount.Region}/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
