using System.Globalization;
using System.Security.Cryptography;

namespace Pomona.Tests;

/// <summary>
/// The seeds of a randomised test: others each time. More of them by hand with <c>POMONA_TEST_SEEDS=500</c>; one that failed
/// again with <c>POMONA_TEST_SEED=N POMONA_TEST_SEEDS=1</c>.
/// </summary>
internal static class Seeds
{
    private const string CountVariable = "POMONA_TEST_SEEDS";
    private const string FirstVariable = "POMONA_TEST_SEED";

    /// <summary>Tries each seed; a failure names its own.</summary>
    /// <param name="usual">How many where nobody asks for more.</param>
    /// <param name="endure">What is tried.</param>
    /// <returns>How many were tried.</returns>
    public static async Task<int> EachAsync(int usual, Func<int, Task> endure)
    {
        var count = Variable(CountVariable) ?? usual;
        var first = Variable(FirstVariable) ?? RandomNumberGenerator.GetInt32(1 << 30);
        for (var seed = first; seed < first + count; seed++)
        {
            try
            {
                await endure(seed);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{FirstVariable}={seed} fails: {failure.Message}", failure);
            }
        }

        return count;
    }

    private static int? Variable(string name)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;
}
