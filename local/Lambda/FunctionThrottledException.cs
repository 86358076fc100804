namespace Pomona.Local.Lambda;

/// <summary>The function has no concurrency left, or none at all.</summary>
internal sealed class FunctionThrottledException(string function)
    : Exception($"Rate Exceeded: {function} has no concurrency left.");
