using System.Text.Json.Serialization;

namespace Pomona.Functions.Mails;

/// <summary>An error as a Catch of the workflow gives it.</summary>
/// <param name="Error">Its name.</param>
/// <param name="Cause">What happened; of a function it is JSON with errorType and errorMessage.</param>
public sealed record WorkflowError(
    [property: JsonPropertyName("Error")] string? Error, [property: JsonPropertyName("Cause")] string? Cause);
