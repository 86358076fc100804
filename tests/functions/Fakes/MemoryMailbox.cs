using Pomona.Functions.Mails;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>Keeps what was sent.</summary>
internal sealed class MemoryMailbox : IMailbox
{
    public List<Mail> Mails { get; } = [];

    public Task SendAsync(Mail mail, CancellationToken cancellation)
    {
        Mails.Add(mail);
        return Task.CompletedTask;
    }
}
