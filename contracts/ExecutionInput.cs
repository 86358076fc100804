using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pomona.Contracts;

/// <summary>
/// What starts the workflow. StartRun fills in <see cref="Run"/>; a person who starts one by hand gives only
/// <see cref="Dataset"/> and what they want different, and the workflow takes the lock and makes the run id itself. An unknown member is a typing error and must
/// not rent a cluster that nobody meant. Described in docs/execution-input.md.
/// </summary>
/// <param name="Dataset">The data set to run.</param>
/// <param name="Run">The run's id, from the lock; null when started by hand.</param>
/// <param name="Now">Start at once instead of waiting until the upload has settled.</param>
/// <param name="Components">How many components to keep, 1 to 1280, or a share of the variance; null for the stack's default.</param>
/// <param name="ExifRotation">
/// <see cref="JobArguments.On"/> or <see cref="JobArguments.Off"/>: whether images are turned upright; null for the stack's default.
/// </param>
/// <param name="Decode"><see cref="JobArguments.Exact"/> or <see cref="JobArguments.Scaled"/>; null for the stack's default.</param>
/// <param name="Cluster">What is to be different about the cluster; null for nothing.</param>
/// <param name="Resume">An earlier run of the data set to go on with, where it stopped; null for a new one.</param>
/// <param name="Engine">One of <see cref="RunEngine"/>; null for the stack's default.</param>
/// <param name="TestSplit">The first folder whose images are for testing alone; null for none, or what the folders' names say.</param>
/// <param name="Basis">A finished run of the data set whose scaler and components are kept; null for a fit of the run's own.</param>
/// <param name="Fresh">Compute everything, instead of taking over from the data set's latest run what is unchanged.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ExecutionInput(
    DatasetName Dataset,
    RunId? Run = null,
    [property: JsonConverter(typeof(ExecutionInput.NullIsFalse))] bool Now = false,
    ComponentCount? Components = null,
    string? ExifRotation = null,
    string? Decode = null,
    ClusterOverrides? Cluster = null,
    RunId? Resume = null,
    string? Engine = null,
    string? TestSplit = null,
    RunId? Basis = null,
    [property: JsonConverter(typeof(ExecutionInput.NullIsFalse)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Fresh = false)
{
    /// <summary>The most components: the features of the default model.</summary>
    public const int MostComponents = 1280;

    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["dataset"] = $", which is not a data set name: use {DatasetName.Rule}",
        ["run"] = ", which is not a run id: leave it out to start a run by hand",
        ["resume"] = $", which is not a run id: use one such as {RunId.Example}",
        ["basis"] = $", which is not a run id: use one such as {RunId.Example}",
        ["now"] = ": use true or false",
        ["fresh"] = ": use true or false",
        ["components"] = $": use a whole number from 1 to {MostComponents}, or {ComponentCount.Shares}",
        ["exifRotation"] = $": use \"{JobArguments.On}\" or \"{JobArguments.Off}\"",
        ["decode"] = $": use \"{JobArguments.Exact}\" or \"{JobArguments.Scaled}\"",
        ["engine"] = $": use \"{RunEngine.Cluster}\", \"{RunEngine.Functions}\" or \"{RunEngine.Auto}\"",
        ["testSplit"] = ", which is no first folder of a data set: use the name of one, such as \"Test\"",
        ["cluster"] = ": use an object such as {\"taskVcpus\": 32}",
    };

    /// <summary>Reads what a person, or StartRun, gave the execution.</summary>
    /// <exception cref="InvalidExecutionInputException">It is wrong: which member, its value, and what is allowed.</exception>
    public static ExecutionInput Read(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.Undefined)
            throw new InvalidExecutionInputException("The workflow must pass the execution's input as \"input\".");
        if (input.ValueKind != JsonValueKind.Object)
            throw new InvalidExecutionInputException($"The input must be a JSON object such as {{\"dataset\": \"fruits\"}}, not {Shown(input)}.");

        ExecutionInput read;
        try
        {
            read = input.Deserialize(ContractJson.Readable.ExecutionInput)!;
        }
        catch (JsonException refused)
        {
            throw Refusal(input, refused.Path);
        }

        if (read.Components is { Count: > MostComponents })
            throw NotAllowed(input, "$.components");
        if (read.ExifRotation is not (null or JobArguments.On or JobArguments.Off))
            throw NotAllowed(input, "$.exifRotation");
        if (read.Decode is not (null or JobArguments.Exact or JobArguments.Scaled))
            throw NotAllowed(input, "$.decode");
        if (read.Engine is not (null or RunEngine.Cluster or RunEngine.Functions or RunEngine.Auto))
            throw NotAllowed(input, "$.engine");
        if (read.TestSplit is not null && !Contracts.TestSplit.IsFolder(read.TestSplit))
            throw NotAllowed(input, "$.testSplit");
        if (read.Cluster?.FirstNotAllowed() is { } member)
            throw NotAllowed(input, "$.cluster." + member);
        if (read is { Run: not null, Resume: not null })
            throw new InvalidExecutionInputException("\"run\" and \"resume\" exclude each other: leave \"run\" out.");
        if (read is { Basis: not null, Components.Share: not null })
            throw new InvalidExecutionInputException("\"basis\" keeps components that are there, and \"components\" is a share of the variance: leave it out, or say how many of them.");
        return read.Dataset is null
            ? throw new InvalidExecutionInputException("\"dataset\" is missing: name the folder under datasets/ to run, as in {\"dataset\": \"fruits\"}.")
            : read;
    }

    private static InvalidExecutionInputException Refusal(JsonElement input, string? path)
    {
        try
        {
            return UnknownMember(input) ?? NotAllowed(input, path);
        }
        catch (InvalidOperationException)
        {
            return new InvalidExecutionInputException($"The input cannot be read: {Shown(input)} holds half of a surrogate pair.");
        }
    }

    private static InvalidExecutionInputException? UnknownMember(JsonElement input)
    {
        var known = NamesOf(ContractJson.Readable.ExecutionInput);
        if (FirstBut(known, input) is { } unknown)
        {
            return new InvalidExecutionInputException(
                $"\"{unknown}\" is not a member of the input: use {string.Join(", ", known.Where(name => name != "run"))}.");
        }

        known = NamesOf(ContractJson.Readable.ClusterOverrides);
        return input.TryGetProperty("cluster", out var cluster) && FirstBut(known, cluster) is { } inCluster
            ? new InvalidExecutionInputException($"\"cluster.{inCluster}\" is not known: use {string.Join(", ", known)}.")
            : null;

        static List<string> NamesOf(JsonTypeInfo type) => [.. type.Properties.Select(property => property.Name)];

        static string? FirstBut(List<string> known, JsonElement value) => value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(member => member.Name).Where(name => !known.Contains(name))
                .Select(name => Printable.Excerpt(name, 40)).FirstOrDefault()
            : null;
    }

    /// <summary>The sentence for a value of the input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="path">Where it is, as the serializer says: <c>$.cluster.subnets[0]</c>.</param>
    private static InvalidExecutionInputException NotAllowed(JsonElement input, string? path)
    {
        var member = path?.Split('[')[0].Split('.') switch
        {
            [_, var name] when Allowed.ContainsKey(name) => name,
            [_, "cluster", var name] when ClusterOverrides.Allowed.ContainsKey(name) => "cluster." + name,
            _ => null,
        };
        if (member is null)
            return new InvalidExecutionInputException($"The input cannot be read: {Shown(input)}; docs/execution-input.md says what it may hold.");

        var value = member.Split('.').Aggregate(input, (at, name) => at.GetProperty(name));
        var allowed = Allowed.GetValueOrDefault(member) ?? ": use " + ClusterOverrides.Allowed[member["cluster.".Length..]];
        return new InvalidExecutionInputException($"\"{member}\" is {Shown(value)}{allowed}.");
    }

    private static string Shown(JsonElement value) => Printable.Excerpt(value.GetRawText(), 60);

    /// <summary>A flag that may be given as null, which says no more than leaving it out.</summary>
    internal sealed class NullIsFalse : JsonConverter<bool>
    {
        public override bool HandleNull => true;

        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw new JsonException("true or false"),
        };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
    }
}

/// <summary>
/// The execution's input is wrong, or what an earlier one has written of the run; the message says what and what is allowed. Nothing was
/// rented or written.
/// </summary>
/// <param name="message">One sentence for the person who started the execution.</param>
public sealed class InvalidExecutionInputException(string message) : Exception(message);
