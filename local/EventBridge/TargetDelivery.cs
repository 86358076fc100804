using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Sqs;

namespace Pomona.Local.EventBridge;

/// <summary>
/// Delivers to the targets of rules and schedules: what a busy target does not take is tried again on scaled time, and what
/// is given up goes to the target's dead-letter queue.
/// </summary>
internal sealed class TargetDelivery(
    EventTargets targets, Queues queues, ScaledTime time, ILogger<TargetDelivery> log) : BackgroundWork(log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

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
        Begin($"An event of {source} for {arn}", down => GoOnAsync(source, arn, policy, input, original, fault, since, down));
    }

    private async Task GoOnAsync(
        string source, string arn, DeliveryPolicy policy, string input, string original, Exception? fault, long since, CancellationToken down)
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
                await GiveUpAsync(source, arn, policy, original, fault, exhausted, retries, down);
                return;
            }

            await Task.Delay(pause, time, down);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            fault = await TryAsync(arn, input, down);
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
        string source, string arn, DeliveryPolicy policy, string original, Exception fault, string exhausted, int retries, CancellationToken down)
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
        await queues.SendAsync(queue, original, attributes, down);
    }
}

/// <summary>How a target of a rule or a schedule gets its events when it cannot be reached at once.</summary>
/// <param name="Retries">How often it is tried again.</param>
/// <param name="LongestAge">How old an event may become before it is given up.</param>
/// <param name="DeadLetterArn">The queue that gets what is given up; null for none.</param>
/// <remarks>https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html</remarks>
internal sealed record DeliveryPolicy(int Retries, TimeSpan LongestAge, string? DeadLetterArn)
{
    // What AWS takes for a target that says nothing.
    private const int UsualRetries = 185;
    private const int UsualAgeInSeconds = 24 * 60 * 60;

    public static DeliveryPolicy Of(JsonObject target)
    {
        var policy = target["RetryPolicy"];
        return new DeliveryPolicy(
            Whole(policy?["MaximumRetryAttempts"], UsualRetries),
            TimeSpan.FromSeconds(Whole(policy?["MaximumEventAgeInSeconds"], UsualAgeInSeconds)),
            (string?)target["DeadLetterConfig"]?["Arn"]);
    }

    private static int Whole(JsonNode? number, int otherwise) =>
        number is null ? otherwise : int.Parse(number.ToString(), CultureInfo.InvariantCulture);
}
