using System.Globalization;
using System.Text.Json.Nodes;

namespace Pomona.Local.Events;

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

    /// <summary>What the target says.</summary>
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
