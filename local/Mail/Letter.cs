namespace Pomona.Local.Mail;

/// <summary>A mail that SNS would have sent.</summary>
/// <param name="To">The address that subscribed.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Body">Plain text.</param>
/// <param name="SentAt">When.</param>
/// <param name="File">Its .eml file.</param>
internal sealed record Letter(string To, string Subject, string Body, DateTimeOffset SentAt, string File);
