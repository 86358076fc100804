namespace Pomona.Local.Front;

/// <summary>Where moto itself listens, behind the front.</summary>
internal sealed record MotoAddress(Uri Endpoint);
