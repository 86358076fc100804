namespace Pomona.Bootstrap.Tests;

/// <summary>A test about stand-ins; skipped where the feed carries every package, and there are none.</summary>
internal sealed class StandInsFactAttribute : FactAttribute
{
    public StandInsFactAttribute()
    {
        var feed = RepositoryRoot.File(".pomona/feed.props");
        if (!File.Exists(feed) || !File.ReadAllText(feed).Contains("Amazon.Lambda.Core", StringComparison.Ordinal))
            Skip = "the feed carries the real packages: there is nothing to refuse";
    }
}
