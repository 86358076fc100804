using System.Xml;
using System.Xml.Linq;
using Pomona.Local.Front;

namespace Pomona.Local.S3;

/// <summary>A bucket's notification configuration, as S3's XML says it.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html</remarks>
internal static class NotificationConfiguration
{
    private const string EventBridge = "EventBridgeConfiguration";

    private static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    // Element, the element of its target's ARN; the first one's names are older than the function's own name.
    private static readonly (string Element, string Target)[] Kinds =
    [
        ("CloudFunctionConfiguration", "CloudFunction"), ("TopicConfiguration", "Topic"), ("QueueConfiguration", "Queue"),
    ];

    /// <summary>Reads and checks a configuration.</summary>
    /// <exception cref="AwsFailure">It is malformed, ambiguous, or asks for events that are not delivered here.</exception>
    public static BucketNotification Parse(string xml)
    {
        XElement root;
        try
        {
            root = XDocument.Parse(xml).Root!;
        }
        catch (XmlException fault)
        {
            throw new AwsFailure(400, "MalformedXML", "The XML you provided was not well-formed.", fault);
        }

        var rules = new List<NotificationRule>();
        var toEventBridge = false;
        foreach (var element in root.Elements())
        {
            if (element.Name.LocalName == EventBridge)
            {
                toEventBridge = true;
                continue;
            }

            var kind = Kinds.FirstOrDefault(candidate => candidate.Element == element.Name.LocalName);
            if (kind.Element is null)
                throw Invalid($"the local cloud does not deliver to {element.Name.LocalName}");
            rules.Add(Rule(element, kind, rules.Count));
        }

        for (var i = 0; i < rules.Count; i++)
        {
            if (rules.Skip(i + 1).FirstOrDefault(rules[i].Overlaps) is not null)
            {
                throw Invalid(
                    "Configurations overlap. Configurations on the same bucket cannot share a common event type. "
                    + "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes "
                    + "are overlapping for the same event type.");
            }
        }

        return new BucketNotification(rules, toEventBridge);
    }

    public static string Write(BucketNotification notification) => new XDocument(new XElement(
        S3 + "NotificationConfiguration",
        notification.ToEventBridge ? new XElement(S3 + EventBridge) : null,
        notification.Rules.Select(rule => new XElement(
            S3 + rule.Element,
            new XElement(S3 + "Id", rule.Id),
            new XElement(S3 + rule.TargetElement, rule.Target),
            rule.Events.Select(wanted => new XElement(S3 + "Event", wanted)),
            new XElement(S3 + "Filter", new XElement(
                S3 + "S3Key",
                FilterRule("prefix", rule.Prefix),
                FilterRule("suffix", rule.Suffix))))))).ToString(SaveOptions.DisableFormatting);

    private static XElement? FilterRule(string name, string value) => value.Length == 0
        ? null
        : new XElement(S3 + "FilterRule", new XElement(S3 + "Name", name), new XElement(S3 + "Value", value));

    private static NotificationRule Rule(XElement element, (string Element, string Target) kind, int number)
    {
        var events = Children(element, "Event").Select(wanted => wanted.Value).ToArray();
        if (events.Length == 0 || Children(element, kind.Target).SingleOrDefault()?.Value is not { Length: > 0 } target)
            throw new AwsFailure(400, "MalformedXML", $"{kind.Element} needs {kind.Target} and at least one Event.");
        if (events.FirstOrDefault(wanted => !wanted.StartsWith("s3:ObjectCreated:", StringComparison.Ordinal)) is { } unknown)
            throw Invalid($"the local cloud delivers s3:ObjectCreated events, not {Contracts.Printable.Excerpt(unknown)}");

        var filters = element.Descendants().Where(part => part.Name.LocalName == "FilterRule").ToDictionary(
            rule => Children(rule, "Name").Single().Value.ToLowerInvariant(),
            rule => Children(rule, "Value").Single().Value,
            StringComparer.Ordinal);
        return new NotificationRule(
            Children(element, "Id").SingleOrDefault()?.Value ?? $"rule-{number + 1}",
            kind.Element, kind.Target, target, events,
            filters.GetValueOrDefault("prefix", string.Empty),
            filters.GetValueOrDefault("suffix", string.Empty));
    }

    private static IEnumerable<XElement> Children(XElement element, string name) =>
        element.Elements().Where(child => child.Name.LocalName == name);

    private static AwsFailure Invalid(string message) => new(400, "InvalidArgument", message);
}

/// <summary>To whom a bucket tells what happens in it.</summary>
/// <param name="Rules">The targets of its own notifications.</param>
/// <param name="ToEventBridge">Whether all of it goes to EventBridge besides.</param>
internal sealed record BucketNotification(IReadOnlyList<NotificationRule> Rules, bool ToEventBridge)
{
    public static BucketNotification None { get; } = new([], ToEventBridge: false);

    public bool Wants(string eventName, string key) => ToEventBridge || Rules.Any(rule => rule.Wants(eventName, key));
}

/// <summary>One entry of a bucket's notification configuration.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Element">Its XML element, which says what kind of target it has.</param>
/// <param name="TargetElement">The XML element that holds the target's ARN.</param>
/// <param name="Target">The target's ARN.</param>
/// <param name="Events">The events: <c>s3:ObjectCreated:*</c>, <c>s3:ObjectCreated:Put</c>, …</param>
/// <param name="Prefix">What the key must begin with.</param>
/// <param name="Suffix">What the key must end with.</param>
internal sealed record NotificationRule(
    string Id, string Element, string TargetElement, string Target, IReadOnlyList<string> Events, string Prefix, string Suffix)
{
    /// <summary>Whether the rule wants this event.</summary>
    /// <param name="eventName"><c>ObjectCreated:Put</c>.</param>
    /// <param name="key">The object's key, decoded.</param>
    public bool Wants(string eventName, string key) =>
        Events.Any(wanted => wanted == $"s3:{eventName}"
            || (wanted.EndsWith(":*", StringComparison.Ordinal) && $"s3:{eventName}".StartsWith(wanted[..^1], StringComparison.Ordinal)))
        && key.StartsWith(Prefix, StringComparison.Ordinal)
        && key.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Whether some event of some key would be wanted by both rules, which S3 refuses.</summary>
    public bool Overlaps(NotificationRule other) =>
        Events.Any(mine => other.Events.Any(theirs => mine == theirs || Covers(mine, theirs) || Covers(theirs, mine)))
        && (Prefix.StartsWith(other.Prefix, StringComparison.Ordinal) || other.Prefix.StartsWith(Prefix, StringComparison.Ordinal))
        && (Suffix.EndsWith(other.Suffix, StringComparison.Ordinal) || other.Suffix.EndsWith(Suffix, StringComparison.Ordinal));

    private static bool Covers(string wide, string narrow) =>
        wide.EndsWith(":*", StringComparison.Ordinal) && narrow.StartsWith(wide[..^1], StringComparison.Ordinal);
}
