namespace Pomona.Functions.Planning;

/// <summary>What things cost, as read from AWS's price lists on a day.</summary>
/// <param name="OnDemandVcpuHour">One vCPU of a general purpose instance for an hour.</param>
/// <param name="SpotVcpuHour">The same on Spot, usually.</param>
/// <param name="EmrVcpuHour">EMR's own charge for it, on either.</param>
/// <param name="DiskNodeHour">A node's disk for an hour.</param>
/// <param name="S3Put1000">A thousand writes or listings.</param>
/// <param name="S3Get1000">A thousand reads.</param>
/// <param name="Currency">ISO code of all of these.</param>
/// <param name="Date">The day they were read, yyyy-MM-dd.</param>
internal sealed record Prices(
    decimal OnDemandVcpuHour,
    decimal SpotVcpuHour,
    decimal EmrVcpuHour,
    decimal DiskNodeHour,
    decimal S3Put1000,
    decimal S3Get1000,
    string Currency,
    string Date);
