namespace Pomona.Functions.Tests.Fakes;

/// <summary>
/// Step Functions' quota for DescribeExecution: a bucket of 250 that fills up by ten a second, which is not at all in the
/// time that a test's events take.
/// </summary>
internal sealed class DescriptionQuota
{
    private const int Bucket = 250;

    private int _given;

    /// <summary>How many descriptions were asked for.</summary>
    public int Given => _given;

    /// <summary>For <see cref="MemoryExecutions.Before"/>: refuses what is over the quota.</summary>
    public void Before(string operation, string subject)
    {
        if (operation == "describe" && Interlocked.Increment(ref _given) > Bucket)
            throw new InvalidOperationException($"ThrottlingException: Rate exceeded ({subject})");
    }
}
