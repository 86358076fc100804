using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Time.Testing;
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
    public async Task A_listing_goes_on_over_more_than_one_page()
    {
        using var store = await NewStore();
        await Parallel.ForEachAsync(Enumerable.Range(0, 1005), async (i, token) =>
            await store.WriteAsync($"k/{i:D4}.jpg", new byte[] { 1 }, token));

        Assert.Equal(1005, await store.ListAsync("k/", CancellationToken.None).CountAsync());
    }

    [MotoFact]
    public async Task Of_many_that_create_one_key_exactly_one_succeeds()
    {
        using var store = await NewStore();

        var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.TryCreateAsync(
            "x", new[] { (byte)i }, CancellationToken.None)));

        Assert.Single(won, winner => winner);
    }

    [MotoFact]
    public async Task A_creation_that_S3_refused_for_a_conflict_of_the_moment_is_tried_again()
    {
        using var unlucky = new ConflictHandler(conflicts: 2);
        using var store = await NewStore(unlucky);

        Assert.True(await store.TryCreateAsync("x", new byte[] { 1 }, CancellationToken.None));
        Assert.False(await store.TryCreateAsync("x", new byte[] { 2 }, CancellationToken.None));
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
    public async Task An_object_that_changed_or_went_since_the_snapshot_is_told_apart()
    {
        using var store = await NewStore();
        await store.WriteAsync("x", new byte[] { 1 }, CancellationToken.None);
        var etag = (await store.ListAsync("", CancellationToken.None).SingleAsync()).ETag;
        await store.WriteAsync("x", new byte[] { 2 }, CancellationToken.None);

        Assert.Equal(StoreFault.Changed, (await FailureOf(store, "x", etag)).Fault);
        await store.DeleteAsync("x", CancellationToken.None);
        Assert.Equal(StoreFault.Missing, (await FailureOf(store, "x", null)).Fault);
        Assert.False(await store.ExistsAsync("x", CancellationToken.None));
    }

    [MotoFact]
    public async Task A_bucket_that_is_not_there_is_named()
    {
        using var store = new S3Store(Client(moto.Url), "no-such-bucket", "");

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
        using var store = new S3Store(Client($"http://{silent.LocalEndPoint}", retries: 0), "bucket", "");

        var failure = await Assert.ThrowsAsync<StoreException>(
            async () => await store.ListAsync("", CancellationToken.None).ToListAsync());

        Assert.Equal(StoreFault.Unreachable, failure.Fault);
    }

    [MotoFact]
    public async Task A_second_writer_is_refused_until_the_first_has_ended_or_fallen_silent()
    {
        using var store = await NewStore();
        var time = new FakeTimeProvider();
        await using (await store.LockAsync(RunLayout.Lock, time, CancellationToken.None))
        {
            var refused = await Assert.ThrowsAsync<PomonaException>(
                () => store.LockAsync(RunLayout.Lock, time, CancellationToken.None));
            Assert.Equal(ExitCode.Conflict, refused.Code);
            Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        }

        // A killed holder on another machine never gives its lock up.
        var dead = new WriterIdentity("elsewhere", 1, time.GetUtcNow(), time.GetUtcNow());
        await store.WriteAsync(RunLayout.Lock, Encoding.UTF8.GetBytes(dead.ToJson()), CancellationToken.None);
        await Assert.ThrowsAsync<PomonaException>(() => store.LockAsync(RunLayout.Lock, time, CancellationToken.None));
        time.Advance(S3Lock.Stale + TimeSpan.FromSeconds(1));

        await using var taken = await store.LockAsync(RunLayout.Lock, time, CancellationToken.None);
    }

    [MotoFact]
    public async Task A_writer_that_was_silent_for_too_long_hears_that_it_was_taken_over_and_leaves_the_others_lock()
    {
        using var store = await NewStore();
        var time = new AwaitedTime();
        var lost = new TaskCompletionSource();
        await using (var slept = await store.LockAsync(RunLayout.Lock, time, CancellationToken.None))
        {
            slept.Lost.Register(lost.SetResult);
            var other = new WriterIdentity("elsewhere", 1, time.GetUtcNow(), time.GetUtcNow());
            await store.WriteAsync(RunLayout.Lock, Encoding.UTF8.GetBytes(other.ToJson()), CancellationToken.None);
            while (!time.IsAwaited)
                await Task.Delay(10);

            time.Advance(S3Lock.Renewal);

            await lost.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }

        var refused = await Assert.ThrowsAsync<PomonaException>(() => store.LockAsync(RunLayout.Lock, time, CancellationToken.None));
        Assert.Contains("process 1 on elsewhere", refused.Message, StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task A_lock_that_cannot_be_removed_is_no_failure_of_the_run()
    {
        using var forbidding = new ForbiddingHandler(request => request.Method == HttpMethod.Delete);
        using var store = await NewStore(forbidding);

        var held = await store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None);
        await held.DisposeAsync();

        Assert.True(await store.ExistsAsync(RunLayout.Lock, CancellationToken.None));
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

    private async Task<S3Store> NewStore(DelegatingHandler? handler = null)
    {
        var client = Client(moto.Url, handler: handler);
        var bucket = $"b-{Guid.NewGuid():n}";
        await client.PutBucketAsync(new PutBucketRequest { BucketName = bucket });
        return new S3Store(client, bucket, "runs/fruits/");
    }

    private static AmazonS3Client Client(string url, int retries = 4, DelegatingHandler? handler = null) => new(
        new BasicAWSCredentials("test", "test"),
        new AmazonS3Config
        {
            ServiceURL = url,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = retries,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = handler is null ? null : new HandledClients(handler),
        });

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
