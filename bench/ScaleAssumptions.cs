namespace Pomona.Bench;

/// <summary>
/// What the simulation takes for given; each value says where it is from. The rest of its numbers are counted by the job's
/// own code, or follow from these.
/// </summary>
internal static class ScaleAssumptions
{
    /// <summary>Images per second and vCPU: the stack's parameter ImagesPerVcpuSecond.</summary>
    public const double ImagesPerVcpuSecond = 25;

    /// <summary>An image's size in bytes: a photograph of 100 × 100 pixels in the fruit data set is 5 kB, of 12 Mpx 4 MB.</summary>
    public const int ImageBytes = 20_000;

    /// <summary>Keys that one S3 listing request returns (S3 API reference, ListObjectsV2).</summary>
    public const int KeysPerListing = 1_000;

    /// <summary>Seconds that one listing request takes, one after the other; measure yours with <c>aws s3 ls --summarize</c>.</summary>
    public const double ListingSeconds = 0.12;

    /// <summary>Seconds that a small get or put takes.</summary>
    public const double RequestSeconds = 0.03;

    /// <summary>Seconds to fetch and unpack an image's row of a part: 2.8 kB at 80 MB a second, and gzip.</summary>
    public const double PartSecondsPerImage = 60e-6;

    /// <summary>Seconds that the report's evaluation takes: its sample is bounded, and with it its time.</summary>
    public const double EvaluationSeconds = 20;

    /// <summary>Seconds of a row in the fit (its outer product: <c>./pomona bench pca</c>) and in the projection.</summary>
    public const double FitSecondsPerImage = 20e-6, ReduceSecondsPerImage = 70e-6;

    /// <summary>Reads a second that one prefix serves before S3 divides it (S3 user guide, "Optimizing performance").</summary>
    public const int GetsPerPrefixSecond = 5_500;

    /// <summary>Seconds that a function may take (Lambda quotas).</summary>
    public const int FunctionSeconds = 900;

    /// <summary>Tasks that Spark's driver starts per second: its own serial work per task is about a millisecond.</summary>
    public const double TasksPerSecond = 1_000;

    /// <summary>Bytes that Spark's driver keeps per finished task until the stage ends: its result with its metrics.</summary>
    public const int DriverBytesPerTask = 4_000;

    /// <summary>The driver's heap and what results may take of it (bootstrap/run-step.sh).</summary>
    public const long DriverResultBytes = 2L << 30;

    /// <summary>vCPUs of a node: an executor of 4 cores.</summary>
    public const int NodeVcpus = 4;

    /// <summary>The share of Spot nodes that are taken back within an hour (Spot Instance Advisor: below 5 % a month to above 20 %).</summary>
    public const double LostPerNodeHour = 0.05;

    /// <summary>Minutes until a node that was taken back is replaced.</summary>
    public const double ReplacementMinutes = 5;

    /// <summary>From the rental to the first image, and the tear-down, in minutes: the stack's StartMinutes.</summary>
    public const double StartMinutes = 11;

    /// <summary>How much shards of one size differ in time: the standard deviation over the mean.</summary>
    public const double ShardSpread = 0.15;

    /// <summary>US dollars for one vCPU and hour: On-Demand, Spot, and EMR's part on either; the stack's parameters.</summary>
    public const double OnDemandVcpuHour = 0.048, SpotVcpuHour = 0.019, EmrVcpuHour = 0.012;

    /// <summary>US dollars for a node's disk and hour, a thousand writes or listings, a thousand reads.</summary>
    public const double DiskNodeHour = 0.009, Put1000 = 0.005, Get1000 = 0.0004;
}
