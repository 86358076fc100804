using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.Commands;

/// <summary>What AWS's clients, the network and files say of themselves, as a person is told it.</summary>
internal static class LocalFailure
{
    /// <summary>Runs a command.</summary>
    /// <exception cref="LocalCloudException">It failed: one sentence.</exception>
    public static async Task<int> ToldAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception fault) when (fault is AwsCallException or IOException or FormatException
            or UnauthorizedAccessException or HttpRequestException or Amazon.Runtime.AmazonServiceException)
        {
            throw new LocalCloudException(fault.Message, fault);
        }
    }
}
