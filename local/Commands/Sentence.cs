using System.CommandLine;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.Commands;

/// <summary>Turns what went wrong into one sentence on standard error and an exit code.</summary>
internal static class Sentence
{
    /// <summary>Runs a command. Exit code 1: it failed, with the reason; 9: only the answer was not taken; 130: interrupted.</summary>
    public static async Task<int> OrAsync(ParseResult arguments, Func<Task<int>> run)
    {
        var error = arguments.InvocationConfiguration.Error;
        try
        {
            return await run();
        }
        catch (PomonaException known)
        {
            await error.WriteLineAsync($"pomona: {known.Message}");
            return (int)known.Code;
        }
        catch (Exception fault) when (fault is LocalCloudException or AwsCallException or IOException or FormatException
            or UnauthorizedAccessException or HttpRequestException or Amazon.Runtime.AmazonServiceException)
        {
            await error.WriteLineAsync($"pomona: {fault.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("pomona: interrupted.");
            return 130;
        }
    }
}
