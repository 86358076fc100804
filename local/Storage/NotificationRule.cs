namespace Pomona.Local.Storage;

/// <summary>One entry of a bucket's notification configuration.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Element">Its XML element, which says what kind of target it has.</param>
/// <param name="TargetElement">The XML element that holds the target's ARN.</param>
/// <param name="Target">The target's ARN.</param>
/// <param name="Events">The events: <c>s3:ObjectCreated:*</c>, <c>s3:ObjectCreated:Put</c>, …</param>
/// <param name="Prefix">What the key must begin with.</param>
/// <param name="Suffix">What the key must end with.</param>
internal sealed record NotificationRule(
    string Id, string Element, string TargetElement, string Target, IReadOnlyList<string> Events, string Prefix, string Suffix)
{
    /// <summary>Whether the rule wants this event.</summary>
    /// <param name="eventName"><c>ObjectCreated:Put</c>.</param>
    /// <param name="key">The object's key, decoded.</param>
    public bool Wants(string eventName, string key) =>
        Events.Any(wanted => wanted == $"s3:{eventName}"
            || (wanted.EndsWith(":*", StringComparison.Ordinal) && $"s3:{eventName}".StartsWith(wanted[..^1], StringComparison.Ordinal)))
        && key.StartsWith(Prefix, StringComparison.Ordinal)
        && key.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Whether some event of some key would be wanted by both rules, which S3 refuses.</summary>
    public bool Overlaps(NotificationRule other) =>
        Events.Any(mine => other.Events.Any(theirs => mine == theirs || Covers(mine, theirs) || Covers(theirs, mine)))
        && (Prefix.StartsWith(other.Prefix, StringComparison.Ordinal) || other.Prefix.StartsWith(Prefix, StringComparison.Ordinal))
        && (Suffix.EndsWith(other.Suffix, StringComparison.Ordinal) || other.Suffix.EndsWith(Suffix, StringComparison.Ordinal));

    private static bool Covers(string wide, string narrow) =>
        wide.EndsWith(":*", StringComparison.Ordinal) && narrow.StartsWith(wide[..^1], StringComparison.Ordinal);
}
