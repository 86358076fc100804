using Pomona.Contracts;

namespace Pomona.Functions.Runs;

/// <summary>A lock as found in the bucket.</summary>
/// <param name="Lock">What it says; null when it cannot be read, so that it holds nothing.</param>
/// <param name="ETag">Its version, for a conditional replace or delete.</param>
internal sealed record HeldLock(DatasetLock? Lock, string ETag);
