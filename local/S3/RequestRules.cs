using System.Globalization;
using System.Text;
using Pomona.Local.Front;

namespace Pomona.Local.S3;

/// <summary>What S3 refuses before it looks at a bucket, and moto does not.</summary>
internal static class RequestRules
{
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
    private const int LongestKey = 1024;

    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    private const int LongestExpiry = 7 * 24 * 3600;

    /// <summary>Refuses a key that is too long, and a presigned address whose time is over.</summary>
    /// <exception cref="AwsFailure">The request is such a one.</exception>
    public static void Require(HttpRequest request, DateTimeOffset now)
    {
        if (Encoding.UTF8.GetByteCount(S3Address.Of(request).Key) > LongestKey)
            throw new AwsFailure(400, "KeyTooLongError", "Your key is too long");

        var query = request.Query;
        if (query["X-Amz-Expires"] is [{ } seconds] && query["X-Amz-Date"] is [{ } date])
        {
            if (!int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var lasts) || lasts > LongestExpiry
                || !DateTimeOffset.TryParseExact(date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
            {
                throw new AwsFailure(
                    400, "AuthorizationQueryParametersError", $"X-Amz-Expires must be a number between 1 and {LongestExpiry} seconds, and X-Amz-Date be in the ISO8601 Long Format");
            }

            RefuseAfter(signed.AddSeconds(lasts), now);
        }
        else if (query["Expires"] is [{ } end] && query.ContainsKey("Signature")
            && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var unix))
        {
            RefuseAfter(DateTimeOffset.FromUnixTimeSeconds(unix), now);
        }
    }

    private static void RefuseAfter(DateTimeOffset end, DateTimeOffset now)
    {
        if (now > end)
            throw new AwsFailure(403, "AccessDenied", "Request has expired");
    }
}
