using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Functions.Clusters;
using Pomona.Functions.Hosting;
using Pomona.Functions.Mails;

namespace Pomona.Functions;

/// <summary>On a schedule, ends this stack's clusters that nothing needs or that are too old, and says so by mail.</summary>
public sealed class ReapClusters
{
    private readonly ClusterReaper _reaper;
    private readonly ReaperMails _mails;
    private readonly IMailbox _mailbox;

    /// <summary>As Lambda makes it.</summary>
    public ReapClusters()
        : this(
            Composition.FromEnvironment.Reaper(),
            new ReaperMails(Settings.Environment.Language, Settings.Environment.Stack),
            Composition.FromEnvironment.Mailbox)
    {
    }

    internal ReapClusters(ClusterReaper reaper, ReaperMails mails, IMailbox mailbox)
    {
        _reaper = reaper;
        _mails = mails;
        _mailbox = mailbox;
    }

    /// <summary>Handles the schedule's event, whatever it says.</summary>
    /// <exception cref="InvalidOperationException">A cluster could not be ended, so that the alarm on errors rings.</exception>
    public async Task<ReaperReport> HandleAsync(JsonElement input, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = Deadline.Of(context);
        var report = await _reaper.ReapAsync(context.Logger, deadline.Token);
        // That a kept cluster would end was told by its run's mail.
        var stray = report with { Terminated = [.. report.Terminated.Where(cluster => cluster.Reason != ReapReason.KeptEnough)] };
        if (stray.Terminated.Count + stray.Failed.Count > 0)
            await _mailbox.SendAsync(_mails.Compose(stray), deadline.Token);

        return report.Failed.Count == 0
            ? report
            : throw new InvalidOperationException(
                $"Could not end {string.Join(", ", report.Failed.Select(cluster => cluster.ClusterId))}: see the log; it is tried again.");
    }
}
