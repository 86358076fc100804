using Amazon.Runtime;
using Amazon.S3;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// Makes S3 clients from the standard environment: credentials, region and endpoint as every AWS tool reads them
/// (<c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c> point to another S3, such as a local one).
/// </summary>
internal static class S3ClientFactory
{
    /// <summary>Attempts of one request: with exponential back-off about half a minute of slow-downs.</summary>
    public const int Retries = 8;

    public static AmazonS3Client Create(int retries)
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = retries,
            // Other S3 implementations do not know the newer checksums; what is written here is checked by its readers.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        var endpoint = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3")
            ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL");
        if (!string.IsNullOrEmpty(endpoint))
        {
            config.ServiceURL = endpoint;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION")
                ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION")
                ?? "us-east-1";
        }

        try
        {
            return new AmazonS3Client(config);
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
}
