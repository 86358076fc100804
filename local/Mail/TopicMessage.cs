namespace Pomona.Local.Mail;

/// <summary>A message that was published to a topic.</summary>
internal sealed record TopicMessage(string Id, string TopicArn, string? Subject, string Text)
{
    /// <summary>Reads the message from Publish's form.</summary>
    public static TopicMessage Of(IReadOnlyDictionary<string, string> form, string id) => new(
        id,
        form.GetValueOrDefault("TopicArn") ?? form.GetValueOrDefault("TargetArn") ?? string.Empty,
        form.GetValueOrDefault("Subject"),
        form.GetValueOrDefault("Message") ?? string.Empty);
}
