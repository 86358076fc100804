using System.Text.Json.Nodes;

namespace Pomona.Local.Tests;

/// <summary>The events that the sample function Record wrote down.</summary>
internal static class Recorded
{
    /// <summary>All events that are in the file; of the one that is being written, nothing.</summary>
    public static List<JsonNode> Read(string file)
    {
        if (!File.Exists(file))
            return [];
        // Not File.ReadAllText, whose lock would fail when Record has the file.
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n')[..^1].Select(line => JsonNode.Parse(line)!)];
    }
}
