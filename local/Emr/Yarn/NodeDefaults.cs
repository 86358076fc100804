using System.Collections.Frozen;

namespace Pomona.Local.Emr.Yarn;

/// <summary>What EMR gives YARN of a node that nobody configured otherwise.</summary>
/// <remarks>https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-hadoop-task-config.html, read 2026-11-26.</remarks>
internal static class NodeDefaults
{
    private static readonly int[] M5 = [12288, 24576, 57344];
    private static readonly int[] M6 = [11712, 23424, 54272];
    private static readonly int[] R5 = [24576, 57344, 122880];
    private static readonly int[] R6 = [23424, 54272, 116736];
    private static readonly int[] C5 = [6144, 12288, 24576];

    /// <summary>MB by family, of xlarge, 2xlarge and 4xlarge.</summary>
    private static readonly FrozenDictionary<string, int[]> Families = new Dictionary<string, int[]>(StringComparer.Ordinal)
    {
        ["m5"] = M5,
        ["m5a"] = M5,
        ["m5n"] = M6,
        ["m6i"] = M6,
        ["m6a"] = M6,
        ["m7i"] = M6,
        ["m7a"] = M6,
        ["r5"] = R5,
        ["r5a"] = R5,
        ["r5n"] = R6,
        ["r5b"] = R6,
        ["r6i"] = R6,
        ["r7i"] = R6,
        ["c5"] = C5,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>MB for the containers of a type's node; null where they are not known here.</summary>
    public static int? MegabytesOf(string type)
    {
        var dot = type.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Families.TryGetValue(type[..dot], out var sizes))
            return null;
        return type[(dot + 1)..] switch
        {
            "xlarge" => sizes[0],
            "2xlarge" => sizes[1],
            "4xlarge" => sizes[2],
            _ => null,
        };
    }
}
