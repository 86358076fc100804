namespace Pomona.Local.Stack;

/// <summary>A stack that was created.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Resources">What <c>Ref</c> gives for each resource: its physical id.</param>
/// <param name="Outputs">Its outputs.</param>
internal sealed record CreatedStack(
    string Name, IReadOnlyDictionary<string, string> Resources, IReadOnlyDictionary<string, string> Outputs);
