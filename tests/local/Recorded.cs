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
        while (true)
        {
            try
            {
                return [.. File.ReadAllText(file).Split('\n')[..^1].Select(line => JsonNode.Parse(line)!)];
            }
            catch (IOException)
            {
                // Record has it, for the moment that a line takes.
                Thread.Sleep(1);
            }
        }
    }
}
