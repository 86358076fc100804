namespace Pomona.Local.Storage;

/// <summary>How badly S3 delivers its events: it promises at least once, in no order, at some time.</summary>
/// <param name="DuplicateOneIn">Every n-th event is delivered twice; 0 for none.</param>
/// <param name="LongestDelay">Each delivery is delayed by a random time up to this, which also reorders them.</param>
/// <param name="Seed">Makes the delays.</param>
internal sealed record DeliverySettings(int DuplicateOneIn = 0, TimeSpan LongestDelay = default, int Seed = 1);
