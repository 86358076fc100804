using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Events;

/// <summary>
/// Delivers to the targets of rules and schedules: what a busy target does not take is tried again on scaled time, and what
/// is given up goes to the target's dead-letter queue.
/// </summary>
internal sealed class TargetDelivery(
    EventTargets targets, Queues queues, ScaledTime time, ILogger<TargetDelivery> log) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _down = new();
    private readonly ConcurrentDictionary<long, Task> _pending = new();
    private long _count;

    /// <summary>How many events wait to be tried again.</summary>
    public int Pending => _pending.Count;

    /// <summary>Delivers an event. The first attempt is made before this returns; the others are made afterwards.</summary>
    /// <param name="source">The ARN or name of the rule or schedule.</param>
    /// <param name="target">The target as it was put: Arn, RetryPolicy, DeadLetterConfig.</param>
    /// <param name="input">What the target gets.</param>
    /// <param name="original">What the dead-letter queue gets instead: the event before it was transformed.</param>
    /// <param name="cancellation">Gives up the first attempt.</param>
    public async Task DeliverAsync(string source, JsonObject target, string input, string original, CancellationToken cancellation)
    {
        var (arn, policy) = ((string)target["Arn"]!, DeliveryPolicy.Of(target));
        var since = time.GetTimestamp();
        if (await TryAsync(arn, input, cancellation) is not { } fault)
            return;
        log.LogWarning("{Source} could not reach {Target}: {Reason}", source, arn, fault.Message);
        var id = Interlocked.Increment(ref _count);
        // Whoever removes the entry must find it: the event waits until it is in the table.
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = GoOnAsync(id, source, arn, policy, input, original, fault, since, entered.Task);
        entered.SetResult();
    }

    /// <summary>Ends what is under way.</summary>
    public async Task StopAsync()
    {
        await _down.CancelAsync();
        await Task.WhenAll(_pending.Values);
    }

    /// <inheritdoc/>
    public void Dispose() => _down.Dispose();

    private async Task GoOnAsync(
        long id, string source, string arn, DeliveryPolicy policy, string input, string original, Exception? fault, long since, Task entered)
    {
        await entered;
        try
        {
            var pause = FirstPause;
            for (var retries = 0; fault is not null; retries++)
            {
                var exhausted = !IsPassing(fault) ? string.Empty
                    : retries >= policy.Retries ? "MaximumRetryAttempts"
                    : time.GetElapsedTime(since) + pause / time.Scale > policy.LongestAge / time.Scale ? "MaximumEventAgeInSeconds"
                    : null;
                if (exhausted is not null)
                {
                    await GiveUpAsync(source, arn, policy, original, fault, exhausted, retries);
                    return;
                }

                await Task.Delay(pause, time, _down.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                fault = await TryAsync(arn, input, _down.Token);
            }
        }
        catch (OperationCanceledException) when (_down.IsCancellationRequested)
        {
            // The account goes down, and the event with it.
        }
        catch (Exception lost)
        {
            log.LogError(lost, "An event of {Source} for {Target} was lost.", source, arn);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    private async Task<Exception?> TryAsync(string arn, string input, CancellationToken cancellation)
    {
        try
        {
            await targets.DeliverAsync(arn, input, cancellation);
            return null;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            return fault;
        }
    }

    // A target that is not there, or refuses, does so the next time too.
    private static bool IsPassing(Exception fault) => fault is HttpRequestException or TaskCanceledException
        || (fault is AwsCallException refused && (refused.Status is 429 or >= 500 || refused.Code.Contains("hrottl", StringComparison.Ordinal)));

    private async Task GiveUpAsync(
        string source, string arn, DeliveryPolicy policy, string original, Exception fault, string exhausted, int retries)
    {
        if (policy.DeadLetterArn is not { } queue)
        {
            log.LogWarning("{Source} gives {Target} up, and has no dead-letter queue.", source, arn);
            return;
        }

        var attributes = new JsonObject
        {
            ["RULE_ARN"] = Queues.Text(source),
            ["TARGET_ARN"] = Queues.Text(arn),
            ["ERROR_CODE"] = Queues.Text(fault is AwsCallException refused ? refused.Code : "SDK_CLIENT_ERROR"),
            ["ERROR_MESSAGE"] = Queues.Text(Contracts.Printable.Excerpt(fault.Message, 1024)),
            ["RETRY_ATTEMPTS"] = Queues.Text(retries.ToString(CultureInfo.InvariantCulture)),
        };
        if (exhausted.Length > 0)
            attributes["EXHAUSTED_RETRY_CONDITION"] = Queues.Text(exhausted);
        await queues.SendAsync(queue, original, attributes, _down.Token);
    }
}
