using Pomona.Contracts;

namespace Pomona.CommandLine;

/// <summary>The folder of the repository, which <c>./pomona</c> names for the programs that it starts.</summary>
public static class PomonaRoot
{
    /// <summary>Finds it.</summary>
    /// <param name="variable">The environment.</param>
    /// <exception cref="PomonaException">This program was not started by <c>./pomona</c>.</exception>
    public static string Of(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return variable("POMONA_ROOT") is { Length: > 0 } root
            ? root
            : throw new PomonaException(ExitCode.Usage, "POMONA_ROOT is not set: start this program with ./pomona.");
    }
}
