using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Runs;

/// <summary>
/// Reads what a person (or StartRun) gave the execution, strictly: an unknown member is a typing error and must not rent
/// a cluster that nobody meant. Described in docs/execution-input.md.
/// </summary>
internal static class ExecutionInputReader
{
    /// <summary>The most components: the features of the default model.</summary>
    internal const int MostComponents = 1280;

    /// <summary>Reads the input.</summary>
    /// <exception cref="InvalidExecutionInputException">It is wrong.</exception>
    public static ExecutionInput Read(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.Undefined)
            throw Wrong("The workflow must pass the execution's input as \"input\".");

        if (input.ValueKind != JsonValueKind.Object)
            throw Wrong($"The input must be a JSON object such as {{\"dataset\": \"fruits\"}}, not {Shown(input)}.");

        DatasetName? dataset = null;
        RunId? run = null;
        RunId? resume = null;
        var now = false;
        int? components = null;
        JsonElement? cluster = null;
        foreach (var member in input.EnumerateObject())
        {
            var value = member.Value;
            switch (member.Name)
            {
                case "dataset":
                    if (value.ValueKind != JsonValueKind.String || !DatasetName.TryParse(value.GetString(), out dataset))
                    {
                        throw Wrong(
                            $"\"dataset\" is {Shown(value)}, which is not a data set name: use 1 to "
                            + $"{DatasetName.MaxLength} letters, digits, '-' or '_', beginning with a letter or digit.");
                    }

                    break;
                case "run":
                    if (value.ValueKind != JsonValueKind.Null
                        && (value.ValueKind != JsonValueKind.String || !RunId.TryParse(value.GetString(), out run)))
                        throw Wrong($"\"run\" is {Shown(value)}, which is not a run id: leave it out to start a run by hand.");
                    break;
                case "resume":
                    if (value.ValueKind != JsonValueKind.Null
                        && (value.ValueKind != JsonValueKind.String || !RunId.TryParse(value.GetString(), out resume)))
                        throw Wrong($"\"resume\" is {Shown(value)}, which is not a run id: use one such as 20261121T130455Z-3f9a2c1b.");
                    break;
                case "now":
                    now = value.ValueKind switch
                    {
                        JsonValueKind.True => true,
                        JsonValueKind.False or JsonValueKind.Null => false,
                        _ => throw Wrong($"\"now\" is {Shown(value)}: use true or false."),
                    };
                    break;
                case "components":
                    if (value.ValueKind == JsonValueKind.Null)
                        break;
                    if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number)
                        || number is < 1 or > MostComponents)
                        throw Wrong($"\"components\" is {Shown(value)}: use a whole number from 1 to {MostComponents}.");
                    components = number;
                    break;
                case "cluster":
                    ClusterOverrides.Read(value);
                    cluster = value.ValueKind == JsonValueKind.Null ? null : value.Clone();
                    break;
                default:
                    throw Wrong(
                        $"\"{Printable.Excerpt(member.Name, 40)}\" is not a member of the input: use dataset, now, "
                        + "components, cluster, resume.");
            }
        }

        if (run is not null && resume is not null)
            throw Wrong("\"run\" and \"resume\" exclude each other: leave \"run\" out.");

        return dataset is null
            ? throw Wrong("\"dataset\" is missing: name the folder under datasets/ to run, as in {\"dataset\": \"fruits\"}.")
            : new ExecutionInput(dataset, run, now, components, cluster, resume);
    }

    private static InvalidExecutionInputException Wrong(string message) => new(message);

    private static string Shown(JsonElement value) => Printable.Excerpt(value.GetRawText(), 60);
}
