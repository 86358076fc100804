using System.Diagnostics;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

public sealed class StoreFailureTests(MotoServer moto) : IClassFixture<MotoServer>, IDisposable
{
    private readonly RunFixture _run = new(perClass: 2);

    public void Dispose() => _run.Dispose();

    [MotoFact]
    public async Task A_run_from_S3_to_S3_gives_the_bytes_of_a_local_run()
    {
        await RunFixture.RunAsync(_run.Request("local"));
        var bucket = await Upload();

        var request = _run.Request() with { Input = $"s3://{bucket}/datasets/fruits/", Output = $"s3://{bucket}/runs/fruits/r/" };
        using (var client = Client())
        {
            await RunFixture.RunAsync(
                request,
                input: new S3Store(Client(), bucket, "datasets/fruits/"),
                output: new S3Store(Client(), bucket, "runs/fruits/r/"));
        }

        await Download(bucket, "runs/fruits/r/", "cloud");
        // ETags differ between a bucket and a folder, and the model files name no place: all but the manifests are equal.
        Assert.Equal(
            _run.Lasting("local").Where(file => !file.Key.StartsWith("manifest", StringComparison.Ordinal)),
            _run.Lasting("cloud").Where(file => !file.Key.StartsWith("manifest", StringComparison.Ordinal)));

        // And the whole run is known again by its ledger, version by version.
        using var store = new S3Store(Client(), bucket, string.Empty);
        var removed = await new RunRemoval(store).TryRemoveAsync("runs/fruits/r/", request.Input, CancellationToken.None);
        Assert.Empty(removed!.LeftAlone);
        await foreach (var left in store.ListAsync("runs/", CancellationToken.None))
            Assert.Fail(left.Key);
    }

    [MotoFact]
    public async Task Slow_downs_are_retried_and_lose_nothing()
    {
        var bucket = await Upload();
        using var flaky = new FlakyHandler(failEvery: 3);

        var marker = await RunFixture.RunAsync(
            _run.Request() with { Input = $"s3://{bucket}/datasets/fruits/" },
            input: new S3Store(Client(flaky), bucket, "datasets/fruits/"));

        Assert.Equal((20, 0), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.True(flaky.Failures > 5);
    }

    [MotoFact]
    public async Task The_program_reaches_any_S3_that_the_standard_environment_names()
    {
        var bucket = await Upload();
        var start = new ProcessStartInfo("dotnet",
        [
            typeof(RunPipeline).Assembly.Location, "run", $"s3://{bucket}/datasets/fruits", "--output", $"s3://{bucket}/runs/fruits/r",
            "--model", _run.Model,
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["AWS_ENDPOINT_URL"] = moto.Url,
                ["AWS_REGION"] = "us-east-1",
                ["AWS_ACCESS_KEY_ID"] = "test",
                ["AWS_SECRET_ACCESS_KEY"] = "test",
            },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, await error);
        Assert.Contains($"Report: s3://{bucket}/runs/fruits/r/report.html", output, StringComparison.Ordinal);
        await Download(bucket, "runs/fruits/r/", "cloud");
        Assert.True(File.Exists(_run["cloud/_SUCCESS"]));
        Assert.False(File.Exists(_run["cloud/work/lock.json"]));
    }

    [MotoFact]
    public async Task An_image_that_may_not_be_read_is_rejected_and_a_bucket_that_may_not_be_listed_ends_the_run()
    {
        var bucket = await Upload();
        using var oneImage = new ForbiddingHandler(request => request.Method == HttpMethod.Get
            && request.RequestUri!.AbsolutePath.Contains("/kiwi/", StringComparison.Ordinal));
        using var listing = new ForbiddingHandler(request => request.RequestUri!.Query.Contains("list-type", StringComparison.Ordinal));

        var marker = await RunFixture.RunAsync(
            _run.Request() with { Input = $"s3://{bucket}/datasets/fruits/" },
            input: new S3Store(Client(oneImage), bucket, "datasets/fruits/"));
        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(
            _run.Request("other") with { Input = $"s3://{bucket}/datasets/fruits/" },
            input: new S3Store(Client(listing), bucket, "datasets/fruits/")));

        Assert.Equal((18, 2), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.All(_run.Rejected(), image => Assert.Equal("permission denied", image.Reason));
        Assert.Equal(ExitCode.Input, refused.Code);
        Assert.Contains("access denied", refused.Message, StringComparison.Ordinal);
        Assert.Contains("check the permissions", refused.Message, StringComparison.Ordinal);
    }

    private async Task<string> Upload()
    {
        using var client = Client();
        var bucket = $"b-{Guid.NewGuid():n}";
        await client.PutBucketAsync(new PutBucketRequest { BucketName = bucket });
        foreach (var path in Directory.EnumerateFiles(_run.Input, "*.jpg", SearchOption.AllDirectories))
        {
            await client.PutObjectAsync(new PutObjectRequest
            {
                BucketName = bucket,
                Key = "datasets/fruits/" + Path.GetRelativePath(_run.Input, path),
                FilePath = path,
            });
        }

        return bucket;
    }

    private async Task Download(string bucket, string prefix, string folder)
    {
        using var store = new S3Store(Client(), bucket, prefix);
        await foreach (var item in store.ListAsync("", CancellationToken.None))
        {
            using var bytes = await store.ReadAsync(item.Key, null, CancellationToken.None);
            _run.Write(Path.Combine(folder, item.Key), bytes.Span);
        }
    }

    private AmazonS3Client Client(DelegatingHandler? handler = null) => new(
        new BasicAWSCredentials("test", "test"),
        new AmazonS3Config
        {
            ServiceURL = moto.Url,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 8,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = handler is null ? null : new HandledClients(handler),
        });

    /// <summary>Answers every n-th request as S3 does when it is asked too fast.</summary>
    private sealed class FlakyHandler(int failEvery) : DelegatingHandler(new HttpClientHandler())
    {
        private int _requests;
        private int _failures;

        public int Failures => _failures;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _requests) % failEvery != 0)
                return base.SendAsync(request, cancellationToken);

            Interlocked.Increment(ref _failures);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)
            {
                Content = new StringContent("<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"),
            });
        }
    }
}
