using System.Collections.Concurrent;

namespace Pomona.Local.Storage;

/// <summary>
/// The buckets' policies. They are kept here and not in moto, which enforces a policy but not its conditions: "deny all that
/// is not TLS" would deny everything.
/// </summary>
internal sealed class BucketPolicies
{
    private readonly ConcurrentDictionary<string, string> _policies = new(StringComparer.Ordinal);

    /// <summary>Replaces a bucket's policy.</summary>
    public void Set(string bucket, string policy) => _policies[bucket] = policy;

    /// <summary>Removes a bucket's policy.</summary>
    public void Remove(string bucket) => _policies.TryRemove(bucket, out _);

    /// <summary>A bucket's policy; null when it has none.</summary>
    public string? Of(string bucket) => _policies.GetValueOrDefault(bucket);
}
