namespace Pomona.Local.Aws;

/// <summary>Which address a client of this program calls.</summary>
internal static class AwsEndpoint
{
    /// <summary>The front: as everybody else, with deliveries and injected faults.</summary>
    public const string Front = "front";

    /// <summary>moto itself, for looking things up: injected faults do not strike.</summary>
    public const string Moto = "moto";
}
