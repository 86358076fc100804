using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>What one shard's extraction gave; it stands on the ledger's pages of the shard's cues and features.</summary>
/// <param name="Images">Images that gave features: rows of the part.</param>
/// <param name="Labels">Of them, how many of each label.</param>
/// <param name="Rejected">Images that did not, in manifest order.</param>
/// <param name="Bytes">Bytes of images read.</param>
/// <param name="Seconds">Wall-clock seconds it took.</param>
/// <param name="Unread">
/// How many of the rejected could not be read, or were not there: what that was of, only the run's end tells.
/// </param>
/// <param name="TakenOver">How many of the images were taken over from an earlier run.</param>
/// <param name="Missed">Why images that are as they were could not be taken over, as a clause; null when all could.</param>
public sealed record ShardSummary(
    int Images,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyList<RejectedImage> Rejected,
    long Bytes,
    double Seconds,
    int Unread = 0,
    int TakenOver = 0,
    string? Missed = null)
{
    /// <summary>Of the images that gave features, how many of each label are for testing alone (<see cref="TestSplit"/>); null when none is.</summary>
    public IReadOnlyDictionary<string, int>? TestLabels { get; init; }

    /// <summary>Whether its numbers and names agree with each other, as those of any extraction do.</summary>
    [JsonIgnore]
    public bool IsPossible => Labels is not null && Rejected is not null
        && Images >= 0 && Bytes >= 0 && double.IsFinite(Seconds) && Seconds >= 0 && Unread >= 0 && Unread <= Rejected.Count && TakenOver >= 0 && TakenOver <= Images
        && Labels.Values.All(count => count > 0) && Labels.Values.Sum(count => (long)count) == Images
        && (TestLabels is null || TestLabels.All(label => label.Value > 0 && Labels.TryGetValue(label.Key, out var all) && label.Value <= all))
        && Rejected.All(image => image is { Image: not null, Reason: not null })
        && Rejected.Zip(Rejected.Skip(1), (one, next) => KeyOrder.Instance.Compare(one.Image, next.Image)).All(order => order < 0);

    /// <summary>Whether another attempt at the same shard used the same images.</summary>
    public bool IsOfSameImages(ShardSummary? other) => other is not null
        && Images == other.Images
        && Rejected.Select(image => image.Image).SequenceEqual(other.Rejected.Select(image => image.Image), StringComparer.Ordinal);
}
