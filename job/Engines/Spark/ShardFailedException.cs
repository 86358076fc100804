namespace Pomona.Job.Engines.Spark;

/// <summary>A shard's work failed in a worker. Its message is all that reaches the driver, as text within Spark's own.</summary>
internal sealed class ShardFailedException(ShardFailure failure, Exception cause) : Exception(failure.ToLine(), cause);
