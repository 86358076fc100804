using System.Globalization;

namespace Pomona.Contracts;

/// <summary>
/// Until when a cluster stays although its run has finished, as its tag <see cref="ClusterTags.KeepUntil"/> says it:
/// <c>2026-11-21T15:04:55Z j-2AL4XXXXXX5T9</c>. The tag names its own cluster, because a clone made in the console carries a copy
/// of it, and on a clone it says nothing.
/// </summary>
public static class KeepTime
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The tag's value.</summary>
    public static string Write(string clusterId, DateTimeOffset until)
        => $"{until.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture)} {clusterId}";

    /// <summary>What a cluster's tag says; null when it says nothing about this very cluster.</summary>
    /// <param name="tag">The tag's value; null where it has none.</param>
    /// <param name="clusterId">The cluster.</param>
    public static DateTimeOffset? Of(string? tag, string clusterId)
        => tag?.Split(' ') is [var time, var id] && id == clusterId
            && DateTimeOffset.TryParseExact(time, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? until
            : null;
}
