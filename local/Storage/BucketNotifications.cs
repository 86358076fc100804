using System.Collections.Concurrent;

namespace Pomona.Local.Storage;

/// <summary>The buckets' notification configurations. They are kept here and not in moto, which would deliver as well.</summary>
internal sealed class BucketNotifications
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<NotificationRule>> _rules = new(StringComparer.Ordinal);

    /// <summary>Replaces a bucket's configuration.</summary>
    public void Set(string bucket, IReadOnlyList<NotificationRule> rules) => _rules[bucket] = rules;

    /// <summary>A bucket's configuration; empty when it has none.</summary>
    public IReadOnlyList<NotificationRule> Of(string bucket) => _rules.GetValueOrDefault(bucket) ?? [];
}
