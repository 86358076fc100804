namespace Pomona.Local.Runs;

/// <summary>Everything the page shows, at one moment.</summary>
internal sealed record AccountView(
    string Endpoint, string? Bucket, IReadOnlyList<RunView> Runs, IReadOnlyList<ClusterView> Clusters, IReadOnlyList<MailView> Mails);
