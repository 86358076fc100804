using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;

namespace Pomona.Functions.Mails;

/// <summary>Where mails go that no workflow sends.</summary>
internal interface IMailbox
{
    Task SendAsync(Mail mail, CancellationToken cancellation);
}

internal sealed class SnsMailbox(IAmazonSimpleNotificationService sns, string topicArn) : IMailbox
{
    public Task SendAsync(Mail mail, CancellationToken cancellation) => sns.PublishAsync(
        new PublishRequest { TopicArn = topicArn, Subject = mail.Subject, Message = mail.Message }, cancellation);
}
