namespace Pomona.Functions.Mails;

/// <summary>Where mails go that no workflow sends.</summary>
internal interface IMailbox
{
    /// <summary>Sends a mail to the stack's subscribers.</summary>
    Task SendAsync(Mail mail, CancellationToken cancellation);
}
