using System.Reflection;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Xunit.Sdk;

namespace Pomona.Storage.Tests;

/// <summary>A new and empty store of a kind, gone with its content when disposed of.</summary>
internal sealed class AnyStore : IDisposable
{
    private readonly TemporaryFolder? _folder;

    private AnyStore(IStore store, TemporaryFolder? folder = null) => (Store, _folder) = (store, folder);

    public IStore Store { get; }

    public static async Task<AnyStore> NewAsync(string kind, MotoServer moto)
    {
        switch (kind)
        {
            case "folder":
                var folder = new TemporaryFolder();
                return new AnyStore(new FolderStore(folder.Path), folder);
            case "memory":
                return new AnyStore(new MemoryStore());
            default:
                return new AnyStore(await NewS3Async(moto));
        }
    }

    public static async Task<S3Store> NewS3Async(MotoServer moto, DelegatingHandler? handler = null, string prefix = "runs/fruits/")
    {
        var client = Client(moto.Url, handler: handler);
        var bucket = $"b-{Guid.NewGuid():n}";
        await client.PutBucketAsync(new PutBucketRequest { BucketName = bucket });
        return new S3Store(client, bucket, prefix);
    }

    public static AmazonS3Client Client(string url, int retries = 4, DelegatingHandler? handler = null) => new(
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

    public void Dispose()
    {
        Store.Dispose();
        _folder?.Dispose();
    }
}

/// <summary>A folder's store, which the operating system locks.</summary>
internal sealed class FolderKindAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["folder"]];
}

/// <summary>The tests' own store in memory.</summary>
internal sealed class MemoryKindAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["memory"]];
}

/// <summary>S3, as a moto_server plays it; skipped, with the reason, where there can be none.</summary>
internal sealed class S3KindAttribute : DataAttribute
{
    public S3KindAttribute() => Skip = MotoServer.Missing;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["S3"]];
}
