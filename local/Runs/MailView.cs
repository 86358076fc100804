namespace Pomona.Local.Runs;

/// <summary>A mail as the page shows it.</summary>
internal sealed record MailView(string To, string Subject, string Body, DateTimeOffset SentAt, string File);
