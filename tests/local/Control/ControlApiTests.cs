using System.Net;
using System.Text;
using Pomona.Local.Faults;
using Pomona.Local.S3;

namespace Pomona.Local.Tests.Control;

public sealed class ControlApiTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Theory]
    [InlineData("schedules/NOSUCH/fire", "", "there is no schedule 'NOSUCH'")]
    [InlineData("clusters/j-NOBODY/lose", "", "Cluster id 'j-NOBODY' is not valid")]
    [InlineData("faults", """{"oneIn":0}""", "1 or more")]
    [InlineData("faults", """{"times":0}""", "1 or more")]
    [InlineData("faults", """{"status":200}""", "from 400 to 599")]
    public async Task What_is_refused_is_refused_with_the_reason(string what, string body, string reason)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, what, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, answer);
    }

    [Fact]
    public async Task After_the_faults_are_removed_everything_works_again()
    {
        await SendAsync(HttpMethod.Post, "faults", """{"service":"sns","oneIn":2}""");
        await SendAsync(HttpMethod.Post, "deliveries", """{"duplicateOneIn":3,"longestDelay":"00:00:02"}""");
        Assert.Equal(3, account.Part<EventDelivery>().Settings.DuplicateOneIn);
        var (status, _) = await SendAsync(HttpMethod.Delete, "faults");

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Empty(account.Part<FaultPlan>().Standings());
        Assert.Equal(new DeliverySettings(), account.Part<EventDelivery>().Settings);
    }

    private async Task<(HttpStatusCode Status, string Answer)> SendAsync(HttpMethod method, string what, string body = "")
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(account.Cloud.Settings.Front, $"_local/api/{what}"));
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
