using Amazon.Lambda.Core;

namespace Pomona.Functions.Hosting;

/// <summary>Ends an invocation a little before Lambda would kill it, so that what it was doing is told and retried.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>A source that cancels shortly before the invocation's time is up.</summary>
    public static CancellationTokenSource Of(ILambdaContext context)
    {
        var left = context.RemainingTime - Margin;
        // A host without a limit says zero.
        return context.RemainingTime <= TimeSpan.Zero
            ? new CancellationTokenSource()
            : new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }
}
