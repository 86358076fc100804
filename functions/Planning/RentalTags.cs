using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Functions.Clusters;

namespace Pomona.Functions.Planning;

/// <summary>The tags with which a cluster is rented: those by which every other part knows it, and what a company wants besides.</summary>
/// <param name="stack">The stack's name.</param>
/// <param name="extra">The stack's extra tags.</param>
internal sealed class RentalTags(string stack, IReadOnlyList<ExtraTag> extra)
{
    /// <summary>RunJobFlow's Tags.</summary>
    /// <param name="request">Whose cluster it is.</param>
    /// <param name="maxSeconds">For how long it may live.</param>
    public JsonArray Of(PlanRunRequest request, int maxSeconds)
    {
        var tags = new JsonArray
        {
            Tag(ClusterTags.Stack, stack),
            Tag(ClusterTags.Run, request.Run.Value),
            Tag(ClusterTags.Dataset, request.Dataset.Value),
            Tag(ClusterTags.MaxSeconds, maxSeconds.ToString(CultureInfo.InvariantCulture)),
            Tag(ClusterTags.Managed, "true"),
        };
        if (request.ExecutionArn is { } execution)
            tags.Add(Tag(ClusterTags.Execution, execution));
        foreach (var tag in extra)
            tags.Add(Tag(tag.Key, tag.Value));
        return tags;
    }

    private static JsonObject Tag(string key, string value) => new JsonObject { ["Key"] = key, ["Value"] = value };
}

/// <summary>A tag of a company's own.</summary>
/// <param name="Key">1 to 128 characters; none of the names that the pipeline, EMR or AWS use.</param>
/// <param name="Value">Up to 256 characters.</param>
internal sealed record ExtraTag(string Key, string Value)
{
    /// <summary>
    /// What is allowed: EC2's characters (EMR hands a cluster's tags on to its instances), in ASCII, and no comma. EC2 allows 50 tags, of
    /// which AWS and the pipeline take some (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions).
    /// </summary>
    public const string Rule =
        "at most 20 tags as key=value,key=value, of letters, digits, spaces and _.:/+@-, each key once, and none that begins with aws: or pomona: or is EMR's own";

    private const int Most = 20;
    private const int LongestKey = 128;
    private const int LongestValue = 256;
    private const string Marks = " _.:/+@-";
    private static readonly string[] Taken = ["aws:", "pomona:"];

    /// <summary>Reads <c>key=value,key=value</c>; null where the text breaks the <see cref="Rule"/>.</summary>
    public static IReadOnlyList<ExtraTag>? TryParse(string text)
    {
        var tags = new List<ExtraTag>();
        foreach (var part in text.Split(','))
        {
            if (part.Split('=', 2) is not [var key, var value] || new ExtraTag(key.Trim(), value.Trim()) is not { IsAllowed: true } tag)
                return null;
            tags.Add(tag);
        }

        return tags.Count <= Most && tags.DistinctBy(tag => tag.Key).Count() == tags.Count ? tags : null;
    }

    private bool IsAllowed
        => Key.Length is >= 1 and <= LongestKey && Value.Length <= LongestValue
            && Key.All(IsAllowedMark) && Value.All(mark => mark == '=' || IsAllowedMark(mark))
            && !Taken.Any(prefix => Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            && !Value.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)
            && !Key.Equals(ClusterTags.Managed, StringComparison.OrdinalIgnoreCase);

    private static bool IsAllowedMark(char mark) => char.IsAsciiLetterOrDigit(mark) || Marks.Contains(mark, StringComparison.Ordinal);
}
