namespace Pomona.Local.Lambda;

/// <summary>One event on its way to a function.</summary>
/// <param name="RequestId">The invocation's id.</param>
/// <param name="Payload">The event, JSON in UTF-8.</param>
/// <param name="ClientContext">What the caller adds, base64 of JSON; null for nothing.</param>
internal sealed record Invocation(string RequestId, byte[] Payload, string? ClientContext = null);
