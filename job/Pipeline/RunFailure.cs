using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>What a person is told when one of a run's stores fails, or what is in the output is not what the run wrote.</summary>
internal static class RunFailure
{
    /// <summary>Runs, and turns such a failure into its sentence.</summary>
    /// <exception cref="PomonaException">What a person can do something about.</exception>
    public static async Task<T> ExplainAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (InputException failure)
        {
            throw Sentence(ExitCode.Input, "the input cannot be read", failure.Fault, failure);
        }
        catch (StoreException failure)
        {
            throw Sentence(ExitCode.Output, "the run cannot go on", failure.Fault, failure);
        }
        catch (Exception damage) when (damage is InvalidDataException or JsonException)
        {
            throw new PomonaException(
                ExitCode.Conflict,
                $"something other than Pomona has changed a file of the run: {damage.Message.TrimEnd('.')}; start over with --restart.",
                damage);
        }
    }

    private static PomonaException Sentence(ExitCode code, string what, StoreFault fault, Exception failure)
        => new(code, $"{what}: {failure.Message}; {Advice(fault)}.", failure);

    private static string Advice(StoreFault fault) => fault switch
    {
        StoreFault.Missing => "check the name",
        StoreFault.Forbidden => "check the permissions (and for S3 the credentials and the bucket's policy)",
        StoreFault.Full => "make room and run the same command again: it goes on where it stopped",
        StoreFault.Exhausted => "raise the limit (`ulimit -n 4096`) or choose fewer --threads, then run the same command again: it goes on where it stopped",
        StoreFault.Gone => "see that it is there and may be read, then run the same command again: it goes on where it stopped",
        StoreFault.Credentials => "sign in again, then run the same command again: it goes on where it stopped",
        StoreFault.Clock => "set this machine's clock, then run the same command again: it goes on where it stopped",
        StoreFault.Unreachable => "check the network (of a folder: its disk), then run the same command again: it goes on where it stopped",
        StoreFault.Changed => "another process writes there: wait until it has ended",
        _ => "choose another name",
    };
}
