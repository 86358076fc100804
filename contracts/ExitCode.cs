namespace Pomona.Contracts;

/// <summary>What the program's exit code says; documented in docs/errors.md.</summary>
public enum ExitCode
{
    /// <summary>The command did all it was asked to; a run with rejected images is one of these.</summary>
    Success = 0,

    /// <summary>A fault of the program itself.</summary>
    Fault = 1,

    /// <summary>The command line does not say what to do.</summary>
    Usage = 2,

    /// <summary>The input has no image that could be used, or cannot be read.</summary>
    Input = 3,

    /// <summary>The output cannot be written: full, forbidden, unreachable.</summary>
    Output = 4,

    /// <summary>There is no usable model.</summary>
    Model = 5,

    /// <summary>The output belongs to another process, other settings or another input.</summary>
    Conflict = 6,

    /// <summary>The engine gave up: Spark could not start, lost its cluster, or was stopped from outside.</summary>
    Engine = 7,

    /// <summary>The workflow that asked for the run no longer waits for it.</summary>
    Abandoned = 8,

    /// <summary>The command did all it was asked to, and standard output did not take its answer.</summary>
    Unheard = 9,

    /// <summary>Spark's executors did not come, or were lost and no others came.</summary>
    NoExecutors = 10,

    /// <summary>The account refused, does not answer, or has nothing of that name: no credentials, no stack, no right, no such run; no local cloud.</summary>
    Account = 11,

    /// <summary>A command that waited for a run saw it fail, or be stopped.</summary>
    RunFailed = 12,

    /// <summary>What was asked about is not ready: something is missing that a deployment or a run needs, or an expectation does not hold.</summary>
    NotReady = 13,

    /// <summary>Stopped by the user (Ctrl-C); what is finished stays, and the same command goes on from there.</summary>
    Cancelled = 130,

    /// <summary>Stopped by SIGTERM, as a cancelled step is; what is finished stays, and the same command goes on from there.</summary>
    Terminated = 143,
}
