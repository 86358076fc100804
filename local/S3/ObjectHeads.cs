using System.Net;
using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.S3;

/// <summary>Asks moto about buckets and objects.</summary>
internal sealed class ObjectHeads([FromKeyedServices(AwsEndpoint.Moto)] HttpClient http, LocalSettings settings)
{
    /// <summary>An object's size and ETag; null when it is not there (any more).</summary>
    /// <exception cref="HttpRequestException">moto does not say.</exception>
    public async Task<(long Size, string ETag)?> GetAsync(string bucket, string key, CancellationToken cancellation)
    {
        using var response = await HeadAsync($"{bucket}/{Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal)}", cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        // Anything else is no answer, and an event that is not sent for it must be heard of.
        response.EnsureSuccessStatusCode();
        return (response.Content.Headers.ContentLength ?? 0, response.Headers.ETag?.Tag.Trim('"') ?? string.Empty);
    }

    /// <summary>Whether there is such a bucket.</summary>
    public async Task<bool> BucketExistsAsync(string bucket, CancellationToken cancellation)
    {
        using var response = await HeadAsync(bucket, cancellation);
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    private async Task<HttpResponseMessage> HeadAsync(string path, CancellationToken cancellation)
    {
        var address = new Uri(
            settings.Front.AbsoluteUri + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Head, address);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential=local/20260101/{LocalSettings.Region}/s3/aws4_request, SignedHeaders=host, Signature=0");
        return await http.SendAsync(request, cancellation);
    }
}
