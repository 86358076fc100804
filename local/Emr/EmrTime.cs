using System.Text.Json.Nodes;

namespace Pomona.Local.Emr;

/// <summary>Times as EMR's JSON writes them: seconds since 1970, with milliseconds.</summary>
internal static class EmrTime
{
    public static JsonNode Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>A timeline of what has happened so far.</summary>
    public static JsonObject Timeline(params (string Name, DateTimeOffset? Time)[] events)
    {
        var timeline = new JsonObject();
        foreach (var (name, time) in events)
        {
            if (time is { } known)
                timeline[name] = Seconds(known);
        }

        return timeline;
    }
}
