using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.S3.Model;
using Pomona.Contracts;

namespace Pomona.Storage.Tests;

public sealed class S3StoreTests(MotoServer moto) : IClassFixture<MotoServer>
{
    [MotoFact]
    public async Task What_is_written_is_listed_in_order_and_read_back()
    {
        using var store = await NewStore();
        string[] keys = ["b/1 2.jpg", "a/é+%20.jpg", "a.jpg", "a/../x.jpg", "quote\"'.jpg"];
        foreach (var key in keys)
            await store.WriteAsync(key, Encoding.UTF8.GetBytes(key), CancellationToken.None);

        var listed = await store.ListAsync("", CancellationToken.None).ToListAsync();

        Assert.Equal(keys.Order(KeyOrder.Instance), listed.Select(o => o.Key));
        foreach (var item in listed)
        {
            using var bytes = await store.ReadAsync(item.Key, item.ETag, CancellationToken.None);
            Assert.Equal(item.Key, Encoding.UTF8.GetString(bytes.Span));
            Assert.Equal(item.Size, bytes.Length);
        }
    }

    [MotoFact]
    public async Task A_listing_goes_over_its_pages_in_key_order()
    {
        using var store = await NewStore();
        string[] keys = ["f/a.jpg", "f/a/b c.jpg", "f/a+b.jpg", "f/é.jpg", "f/漢.jpg", "f/🍎.jpg", "g/x.jpg",
            .. Enumerable.Range(0, 1100).Select(n => $"f/n/{n:D4}.jpg")];
        await Parallel.ForEachAsync(keys, async (key, token) => await store.WriteAsync(key, new byte[] { 1 }, token));

        Assert.Equal(
            keys.Where(key => key.StartsWith("f/", StringComparison.Ordinal)).Order(KeyOrder.Instance),
            await store.ListAsync("f/", CancellationToken.None).Select(o => o.Key).ToListAsync());
    }

    [MotoTheory]
    [InlineData("report.html", "text/html; charset=utf-8")]
    [InlineData("costs/2026-11-23.csv", "text/csv; charset=utf-8")]
    [InlineData("manifest/plan.json", "application/json")]
    [InlineData("manifest/shard-00000.jsonl", "application/x-ndjson")]
    [InlineData("_SUCCESS", "application/json")]
    [InlineData("locks/fruits", "application/json")]
    [InlineData("features/shard-00000.parquet", "application/octet-stream")]
    public async Task An_object_has_the_content_type_of_its_name(string key, string type)
    {
        using var client = AnyStore.Client(moto.Url);
        var bucket = $"b-{Guid.NewGuid():n}";
        await client.PutBucketAsync(new PutBucketRequest { BucketName = bucket });
        using var store = new S3Store(AnyStore.Client(moto.Url), bucket, "");

        await store.WriteAsync(key, new byte[] { 1 }, CancellationToken.None);

        using var found = await client.GetObjectAsync(bucket, key);
        Assert.Equal(type, found.Headers.ContentType);
    }

    [MotoFact]
    public async Task A_creation_that_S3_refused_for_a_conflict_of_the_moment_is_tried_again()
    {
        using var unlucky = new ConflictHandler(conflicts: 2);
        using var store = await NewStore(unlucky);

        Assert.NotNull(await store.TryCreateAsync("x", new byte[] { 1 }, CancellationToken.None));
        Assert.Null(await store.TryCreateAsync("x", new byte[] { 2 }, CancellationToken.None));
        Assert.Equal(2, unlucky.Conflicts);
    }

    [MotoFact]
    public async Task A_creation_that_S3_keeps_refusing_is_no_success()
    {
        using var unlucky = new ConflictHandler(conflicts: int.MaxValue);
        using var store = await NewStore(unlucky);

        var failure = await Assert.ThrowsAsync<StoreException>(
            () => store.TryCreateAsync("x", new byte[] { 1 }, CancellationToken.None));

        Assert.Equal(StoreFault.Unreachable, failure.Fault);
    }

    [MotoFact]
    public async Task A_bucket_that_is_not_there_is_named()
    {
        using var store = new S3Store(AnyStore.Client(moto.Url), "no-such-bucket", "");

        var failure = await Assert.ThrowsAsync<StoreException>(
            async () => await store.ListAsync("", CancellationToken.None).ToListAsync());

        Assert.Equal(StoreFault.Missing, failure.Fault);
        Assert.Contains("no bucket 'no-such-bucket'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(StoreFault.Missing, (await Assert.ThrowsAsync<StoreException>(
            () => store.TryCreateAsync("x", new byte[] { 1 }, CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_named()
    {
        // Bound, so that it is nobody else's, and not listening.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var store = new S3Store(AnyStore.Client($"http://{silent.LocalEndPoint}", retries: 0), "bucket", "");

        var failure = await Assert.ThrowsAsync<StoreException>(
            async () => await store.ListAsync("", CancellationToken.None).ToListAsync());

        Assert.Equal(StoreFault.Unreachable, failure.Fault);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "ExpiredToken", StoreFault.Credentials)]
    [InlineData(HttpStatusCode.Forbidden, "InvalidAccessKeyId", StoreFault.Credentials)]
    [InlineData(HttpStatusCode.Forbidden, "RequestTimeTooSkewed", StoreFault.Clock)]
    [InlineData(HttpStatusCode.Forbidden, "AccessDenied", StoreFault.Forbidden)]
    public async Task Credentials_that_have_expired_and_clocks_that_are_wrong_are_not_an_object_s_rights(
        HttpStatusCode status, string code, StoreFault fault)
    {
        using var refusing = new RefusingHandler(status, code);
        using var store = new S3Store(AnyStore.Client("http://127.0.0.1:1", retries: 0, refusing), "bucket", "");

        var failure = await FailureOf(store, "x", null);

        Assert.Equal(fault, failure.Fault);
        Assert.Contains(code, failure.Message, StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task A_claim_whose_renewal_was_done_and_not_answered_is_still_its_holder_s()
    {
        using var forgetful = new ForgetfulHandler();
        using var store = await NewStore(forgetful);
        var claim = new Claim<WriterIdentity>(store, RunLayout.Lock, StorageJson.Default.WriterIdentity);
        var mine = WriterIdentity.Current(TimeProvider.System);
        var taken = (await claim.TakeAsync(mine, CancellationToken.None))!;

        var renewed = await claim.ReplaceAsync(taken, mine with { Alive = mine.Alive.AddSeconds(20) }, CancellationToken.None);

        Assert.True(forgetful.HasForgotten);
        Assert.Equal((await claim.FindAsync(CancellationToken.None))!.ETag, renewed);
        Assert.Null(await claim.ReplaceAsync(taken, mine with { Alive = mine.Alive.AddSeconds(40) }, CancellationToken.None));
    }

    [MotoFact]
    public async Task A_body_that_breaks_off_is_read_again()
    {
        using var breaking = new BreakingHandler(times: 2);
        using var store = await NewStore(breaking);
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        await store.WriteAsync("x", content, CancellationToken.None);

        using var read = await store.ReadAsync("x", null, CancellationToken.None);

        Assert.True(read.Span.SequenceEqual(content));
        Assert.Equal(2, breaking.Broken);
    }

    [MotoFact]
    public async Task A_body_that_always_breaks_off_is_an_endpoint_that_does_not_answer()
    {
        using var breaking = new BreakingHandler(times: int.MaxValue);
        using var store = await NewStore(breaking);
        await store.WriteAsync("x", new byte[1_000], CancellationToken.None);

        Assert.Equal(StoreFault.Unreachable, (await FailureOf(store, "x", null)).Fault);
    }

    private static async Task<StoreException> FailureOf(S3Store store, string key, string? etag)
        => await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync(key, etag, CancellationToken.None));

    private Task<S3Store> NewStore(DelegatingHandler? handler = null) => AnyStore.NewS3Async(moto, handler);

    /// <summary>Lets the first replacement through and loses its answer.</summary>
    private sealed class ForgetfulHandler() : DelegatingHandler(new HttpClientHandler())
    {
        public bool HasForgotten { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Headers.IfMatch.Count == 0 || HasForgotten)
                return response;

            HasForgotten = true;
            response.Dispose();
            throw new HttpRequestException("the connection broke");
        }
    }

    /// <summary>Answers everything with an error of S3's.</summary>
    private sealed class RefusingHandler(HttpStatusCode status, string code) : DelegatingHandler(new HttpClientHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => Task.FromResult(new HttpResponseMessage(status)
            {
                Content = new StringContent($"<Error><Code>{code}</Code><Message>No.</Message></Error>", Encoding.UTF8, "application/xml"),
                RequestMessage = request,
            });
    }

    /// <summary>Answers the first conditional puts as S3 does when they meet another request for their key.</summary>
    private sealed class ConflictHandler(int conflicts) : DelegatingHandler(new HttpClientHandler())
    {
        public int Conflicts { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.IfNoneMatch.Count == 0 || Conflicts >= conflicts)
                return base.SendAsync(request, cancellationToken);

            Conflicts++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Conflict)
            {
                Content = new StringContent("<Error><Code>ConditionalRequestConflict</Code><Message>Try again.</Message></Error>"),
            });
        }
    }

    /// <summary>Cuts the bodies of the first objects that are read in the middle.</summary>
    private sealed class BreakingHandler(int times) : DelegatingHandler(new HttpClientHandler())
    {
        public int Broken { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Get || Broken >= times)
                return response;

            Broken++;
            var whole = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var cut = new StreamContent(new BrokenStream(whole[..(whole.Length / 2)]));
            foreach (var (name, values) in response.Content.Headers)
                cut.Headers.TryAddWithoutValidation(name, values);
            response.Content = cut;
            return response;
        }
    }

    /// <summary>Bytes, and then a connection that has gone.</summary>
    private sealed class BrokenStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count)
            => base.Read(buffer, offset, count) is > 0 and var read ? read : throw new HttpIOException(HttpRequestError.ResponseEnded);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            => Task.FromResult(Read(buffer, offset, count));
    }
}
