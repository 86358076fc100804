namespace Pomona.Local.Front;

/// <summary>What moto answered to a call that something else follows.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The answer's headers, by their names in any case.</param>
/// <param name="Body">The body as text.</param>
internal sealed record MotoAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
