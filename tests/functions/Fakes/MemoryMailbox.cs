using Pomona.Functions.Mails;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>A topic whose one subscription is as a test says.</summary>
internal sealed class MemoryMailSubscription : IMailSubscription
{
    public MailReach Reach { get; set; }

    public Task<MailReach> ReachAsync(string address, CancellationToken cancellation) => Task.FromResult(Reach);
}

/// <summary>Keeps what was sent.</summary>
internal sealed class MemoryMailbox : IMailbox
{
    public List<Mail> Mails { get; } = [];

    public bool Fails { get; set; }

    public Task SendAsync(Mail mail, CancellationToken cancellation)
    {
        if (Fails)
            throw new IOException("no mail today");
        Mails.Add(mail);
        return Task.CompletedTask;
    }
}
