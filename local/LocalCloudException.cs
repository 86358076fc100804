namespace Pomona.Local;

/// <summary>What a person is told in one sentence: what was wrong, where, and what to do.</summary>
internal sealed class LocalCloudException(string message, Exception? inner = null) : Exception(message, inner);
