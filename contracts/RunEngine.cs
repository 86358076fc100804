namespace Pomona.Contracts;

/// <summary>
/// Who runs the numbers of a run in the cloud: the execution input's <c>engine</c>, and the stack's parameter Engine. The job's own
/// option of that name (<see cref="JobArguments.Engine"/>) is another question.
/// </summary>
public static class RunEngine
{
    /// <summary>A cluster is rented for the run.</summary>
    public const string Cluster = "cluster";

    /// <summary>The workflow hands them to functions.</summary>
    public const string Functions = "functions";

    /// <summary>PlanRun decides, from the time and the price of both.</summary>
    public const string Auto = "auto";

    /// <summary>The memory, in MB, with which Lambda gives a function one vCPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).</summary>
    public const int MegabytesPerVcpu = 1769;

    /// <summary>The least memory of a function that works on shards, in MB: with less the model, a decoder and their libraries do not fit.</summary>
    public const int LeastMegabytes = 1024;

    /// <summary>The most memory of a function, in MB: Lambda's own limit.</summary>
    public const int MostMegabytes = 10_240;

    /// <summary>Which engine an input asks for.</summary>
    /// <param name="input">The input.</param>
    /// <param name="otherwise">The stack's, where the input does not say.</param>
    /// <exception cref="InvalidExecutionInputException">It asks for functions and for something of a cluster.</exception>
    public static string AskedBy(ExecutionInput input, string otherwise)
    {
        ArgumentNullException.ThrowIfNull(input);
        var asked = input.Engine ?? otherwise;
        return asked == Functions && IsGiven(input.Cluster)
            ? throw new InvalidExecutionInputException(
                $"\"cluster\" asks for something of a cluster, and the engine is \"{Functions}\"{(input.Engine is null ? " (the stack's parameter Engine)" : string.Empty)}, "
                + $"which rents none: leave \"cluster\" out, or use \"engine\": \"{Cluster}\".")
            : asked;
    }

    /// <summary>Whether anything is asked of a cluster.</summary>
    /// <param name="overrides">The input's <c>cluster</c>.</param>
    public static bool IsGiven(ClusterOverrides? overrides) => overrides is not null && overrides != new ClusterOverrides();
}
