using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// Makes S3 clients from the standard environment: credentials, region and endpoint as every AWS tool reads them
/// (<c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c> point to another S3, such as a local one).
/// </summary>
public static class S3ClientFactory
{
    /// <summary>Attempts of one request: with exponential back-off about half a minute of slow-downs.</summary>
    public const int Retries = 8;

    /// <summary>
    /// How often a request that fails for the moment is tried again: one time less than <c>AWS_MAX_ATTEMPTS</c> (1 to 20), which every
    /// tool of AWS's heeds, says it is tried.
    /// </summary>
    /// <param name="usual">Where it says nothing.</param>
    public static int RetriesOr(int usual)
        => int.TryParse(Environment.GetEnvironmentVariable("AWS_MAX_ATTEMPTS"), out var attempts) && attempts is >= 1 and <= 20 ? attempts - 1 : usual;

    /// <summary>Makes a client from the environment.</summary>
    /// <param name="retries">How often a request that fails for the moment is tried again, where the environment does not say.</param>
    /// <exception cref="PomonaException">It names no region or credentials.</exception>
    public static AmazonS3Client Create(int retries)
    {
        try
        {
            return new AmazonS3Client(Configured(
                RetriesOr(retries),
                region: null,
                Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")));
        }
        catch (AmazonClientException cause)
        {
            throw new PomonaException(
                ExitCode.Usage,
                "S3 needs a region and credentials: set AWS_REGION, and AWS_PROFILE or AWS_ACCESS_KEY_ID with "
                + "AWS_SECRET_ACCESS_KEY.",
                cause);
        }
    }

    /// <summary>Makes a client for an account that the caller has found.</summary>
    /// <param name="retries">How often a request that fails for the moment is tried again.</param>
    /// <param name="credentials">The credentials.</param>
    /// <param name="region">The region.</param>
    /// <param name="endpoint">Another S3's address; null for Amazon's.</param>
    public static AmazonS3Client Create(int retries, AWSCredentials credentials, string region, string? endpoint) =>
        new(credentials, Configured(retries, region, endpoint));

    private static AmazonS3Config Configured(int retries, string? region, string? endpoint)
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = retries,
            // Other S3 implementations do not know the newer checksums; what is written here is checked by its readers.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (!string.IsNullOrEmpty(endpoint))
        {
            config.ServiceURL = endpoint;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = region
                ?? Environment.GetEnvironmentVariable("AWS_REGION")
                ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION")
                ?? "us-east-1";
        }
        else if (region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }
}
