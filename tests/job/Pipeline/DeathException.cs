namespace Pomona.Job.Tests.Pipeline;

/// <summary>The moment at which a test kills a run.</summary>
internal sealed class DeathException : Exception;
