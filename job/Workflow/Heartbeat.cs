using System.Globalization;
using Amazon.Runtime;
using Amazon.StepFunctions;
using Amazon.StepFunctions.Model;
using Pomona.Contracts;
using Pomona.Job.Pipeline;

namespace Pomona.Job.Workflow;

/// <summary>
/// Tells the workflow that waits for a run that the run is alive: a heartbeat to its task token every
/// <see cref="Period"/>, from the process that drives the run, whatever engine does the work. A run that has made no progress
/// for <see cref="Patience"/> is not called alive any more, so that the workflow's own heartbeat timeout (15 minutes in
/// statemachine/pipeline.asl.json) notices a hung one. A workflow that has gone, because it was stopped or timed out, stops
/// the run. The token is never shown.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    /// <summary>The time between two heartbeats.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a run may be without progress. A shard of 512 images of 100 megapixels takes about nine minutes, and Spark's
    /// driver hears of shards, not of images.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(15);

    private readonly AmazonStepFunctionsClient _client;
    private readonly string _token;
    private readonly TimeProvider _time;
    private bool _isLost;

    /// <summary>Will send to a token; disposes of the client.</summary>
    public Heartbeat(AmazonStepFunctionsClient client, string token, TimeProvider time)
    {
        _client = client;
        _token = token;
        _time = time;
    }

    /// <summary>
    /// Makes the client from the standard environment (<c>AWS_REGION</c>; <c>AWS_ENDPOINT_URL_SFN</c> or
    /// <c>AWS_ENDPOINT_URL</c> for another endpoint), as all AWS tools do.
    /// </summary>
    /// <exception cref="PomonaException">There is no region.</exception>
    public static Heartbeat To(string token, TimeProvider time)
    {
        try
        {
            // Short, so that an endpoint that hangs holds nothing up: another heartbeat comes in a minute.
            return new Heartbeat(
                new AmazonStepFunctionsClient(new AmazonStepFunctionsConfig { Timeout = LongestAnswer, MaxErrorRetry = 1 }), token, time);
        }
        catch (AmazonClientException cause)
        {
            throw new PomonaException(
                ExitCode.Usage, "a task token needs the workflow's region and credentials: set AWS_REGION.", cause);
        }
    }

    /// <summary>Runs, with heartbeats while it makes progress.</summary>
    /// <param name="progress">What the run is to tell; it hears all that <paramref name="run"/> tells.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PomonaException">The workflow no longer waits for this run, which has therefore been stopped.</exception>
    public async Task<T> DuringAsync<T>(
        IRunProgress progress,
        Func<IRunProgress, CancellationToken, Task<T>> run,
        CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watched = new WatchedProgress(progress, _time);
        // The first one before anything else: a run that nobody waits for is not begun.
        if (!await SendAsync(watched, cancellation).ConfigureAwait(false))
            throw Abandoned();

        var beating = BeatAsync(watched, stop, over.Token);
        try
        {
            return await run(watched, stop.Token).ConfigureAwait(false);
        }
        catch (Exception) when (stop.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Abandoned();
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await beating.ConfigureAwait(false);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Why a run ends that nobody waits for.</summary>
    internal static PomonaException Abandoned() => new(
        ExitCode.Abandoned,
        "the workflow no longer waits for this run (it was stopped, or it timed out), so the run stopped too; what is "
        + "finished stays, and a new run over the same output goes on from there.");

    private async Task BeatAsync(WatchedProgress progress, CancellationTokenSource stop, CancellationToken over)
    {
        var isQuiet = false;
        try
        {
            while (true)
            {
                await Task.Delay(Period, _time, over).ConfigureAwait(false);
                var wasQuiet = isQuiet;
                isQuiet = progress.Quiet > Patience;
                if (!isQuiet)
                {
                    if (!await SendAsync(progress, over).ConfigureAwait(false))
                    {
                        await stop.CancelAsync().ConfigureAwait(false);
                        return;
                    }
                }
                else if (!wasQuiet)
                {
                    progress.Say(string.Create(
                        CultureInfo.InvariantCulture,
                        $"nothing has progressed for {Patience.TotalMinutes:0} minutes: the workflow gets no heartbeats until something does."));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>
    /// Sends one; false when nobody waits for this token any more. The first of several that are lost is told, because a node
    /// without a way to Step Functions looks like a run that hangs.
    /// </summary>
    private async Task<bool> SendAsync(WatchedProgress progress, CancellationToken over)
    {
        try
        {
            await _client.SendTaskHeartbeatAsync(new SendTaskHeartbeatRequest { TaskToken = _token }, over).ConfigureAwait(false);
            if (_isLost)
                progress.Say("the workflow gets heartbeats again.");
            _isLost = false;
            return true;
        }
        catch (Exception gone) when (gone is TaskTimedOutException or TaskDoesNotExistException or InvalidTokenException)
        {
            return false;
        }
        catch (Exception lost) when (lost is not OperationCanceledException)
        {
            // One heartbeat is lost, to a network or a throttle; fourteen more come before the workflow gives the run up.
            if (!_isLost)
            {
                progress.Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"a heartbeat did not reach Step Functions ({Printable.Excerpt(lost.Message.Replace(_token, "[…]", StringComparison.Ordinal), 200)}): it is tried again every minute, and after {Patience.TotalMinutes:0} minutes without one the workflow gives the run up; has this node a way to states.<region>.amazonaws.com?"));
            }

            _isLost = true;
            return true;
        }
    }
}
