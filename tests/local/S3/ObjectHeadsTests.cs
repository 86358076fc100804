using System.Net;
using Pomona.Local.Account;
using Pomona.Local.S3;

namespace Pomona.Local.Tests.S3;

public sealed class ObjectHeadsTests
{
    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task What_does_not_say_whether_an_object_is_there_does_not_say_that_it_is_not(HttpStatusCode status)
        => await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(status));

    [Fact]
    public async Task An_object_that_is_not_there_is_none() => Assert.Null(await GetAsync(HttpStatusCode.NotFound));

    private static async Task<(long Size, string ETag)?> GetAsync(HttpStatusCode status)
    {
        using var http = new HttpClient(new Pomona.Tests.AnsweringHandler(new() { ["localhost"] = Pomona.Tests.AnsweringHandler.Refusing(status) }));
        return await new ObjectHeads(http, new LocalSettings { Root = "/", StateFolder = "/", Front = new Uri("http://localhost:1/") })
            .GetAsync("bucket", "key", CancellationToken.None);
    }
}
