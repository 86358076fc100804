using System.Collections.Concurrent;

namespace Pomona.Local.S3;

/// <summary>The buckets' notification configurations. They are kept here and not in moto, which would deliver as well.</summary>
internal sealed class BucketNotifications
{
    private readonly ConcurrentDictionary<string, BucketNotification> _notifications = new(StringComparer.Ordinal);

    public void Set(string bucket, BucketNotification notification) => _notifications[bucket] = notification;

    /// <summary>A bucket's configuration; empty when it has none.</summary>
    public BucketNotification Of(string bucket) => _notifications.GetValueOrDefault(bucket, BucketNotification.None);
}

/// <summary>
/// The buckets' policies. They are kept here and not in moto, which enforces a policy but not its conditions: "deny all that
/// is not TLS" would deny everything.
/// </summary>
internal sealed class BucketPolicies
{
    private readonly ConcurrentDictionary<string, string> _policies = new(StringComparer.Ordinal);

    public void Set(string bucket, string policy) => _policies[bucket] = policy;

    public void Remove(string bucket) => _policies.TryRemove(bucket, out _);

    /// <summary>A bucket's policy; null when it has none.</summary>
    public string? Of(string bucket) => _policies.GetValueOrDefault(bucket);
}
