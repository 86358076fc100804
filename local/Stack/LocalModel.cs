using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Processes;

namespace Pomona.Local.Stack;

/// <summary>
/// The model that a run on this machine would use, as <c>./pomona bundle</c> puts it beside what nodes install: functions that work on
/// shards read it from there.
/// </summary>
internal sealed class LocalModel(LocalSettings settings)
{
    /// <summary>The prepared model and its description; empty where none can be had, so that only a run that wants it says so.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> FilesAsync(CancellationToken cancellation)
    {
        var found = await ChosenAsync(cancellation);
        if ((string?)found?["origin"] is "zoo" or "npm")
        {
            await JobAsync(["model", "import", (string?)found["origin"] == "zoo" ? "zoo" : "nsfwjs"], cancellation);
            found = await ChosenAsync(cancellation);
        }

        var description = Path.ChangeExtension((string?)found?["location"], ".json");
        return File.Exists(description) && (string)found!["location"]! is var model && File.Exists(model)
            ? new Dictionary<string, byte[]>
            {
                [ArtifactSums.Model] = await File.ReadAllBytesAsync(model, cancellation),
                [ArtifactSums.ModelDescription] = await File.ReadAllBytesAsync(description, cancellation),
            }
            : [];
    }

    private async Task<JsonNode?> ChosenAsync(CancellationToken cancellation)
    {
        try
        {
            var asked = await JobAsync(["model", "--json"], cancellation);
            return asked.Code == 0 ? JsonNode.Parse(asked.Output)!["chosen"] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Task<FinishedProgram> JobAsync(string[] words, CancellationToken cancellation) =>
        FinishedProgram.RunAsync("dotnet", [settings.Job, .. words], cancellation);
}
