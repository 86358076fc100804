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
        using var create = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "CreateTopic", ["Name"] = "pomona", ["Version"] = "2010-03-31" });
        using var request = new HttpRequestMessage(HttpMethod.Post, moto.Url) { Content = create };
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=test/20261121/{MotoAccount.Region}/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var created = await http.SendAsync(request);
        Assert.True(created.IsSuccessStatusCode);

        await new SnsMailbox(client, topic).SendAsync(new Mail("Pomona : fini", "Prêt.\nÀ 100 % & plus="), default);

        var sent = await http.GetStringAsync(moto.Url + "/moto-api/data.json");
        Assert.Contains("Pomona : fini", sent, StringComparison.Ordinal);
        await Assert.ThrowsAsync<Amazon.SimpleNotificationService.Model.NotFoundException>(
            () => new SnsMailbox(client, topic + "x").SendAsync(new Mail("a", "b"), default));
    }
}
