using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;

namespace Pomona.Functions.Mails;

/// <summary>The stack's topic.</summary>
internal sealed class SnsMailbox(IAmazonSimpleNotificationService sns, string topicArn) : IMailbox
{
    public Task SendAsync(Mail mail, CancellationToken cancellation) => sns.PublishAsync(
        new PublishRequest { TopicArn = topicArn, Subject = mail.Subject, Message = mail.Message }, cancellation);
}
