using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Pomona.Contracts;

namespace Pomona.Functions.Hosting;

/// <summary>Checks of what the workflow passes: JSON can leave out what C# promises.</summary>
internal static class Requests
{
    /// <summary>Fails with the member's name when it is not there.</summary>
    /// <exception cref="InvalidExecutionInputException">It is missing.</exception>
    public static void RequireGiven(
        [NotNull] object? value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (value is null)
            throw new InvalidExecutionInputException($"{name} is missing: see docs/workflow-contract.md.");
    }
}
