using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary>What a person asks of a run that <c>start</c> starts and <c>plan</c> reckons.</summary>
internal sealed class AskedRun
{
    private const long LongestInput = 64 * 1024;

    private readonly Argument<DatasetName> _dataset = new("NAME") { Description = "The data set's name", CustomParser = Names.Dataset };

    private readonly Option<FileInfo?> _file = new("--input") { Description = "What is to be different about it: docs/execution-input.md", HelpName = "FILE.json" };

    private readonly Option<string?> _engine = EngineOption();

    private readonly Option<bool> _fresh = new("--fresh") { Description = "Compute everything, instead of taking over what is unchanged since the latest run" };

    private readonly Option<string?> _basis = new("--basis")
    {
        Description = "Keep the scaler and the components of this finished run of the data set, so that its coordinates and the new ones are comparable",
        HelpName = "RUN",
    };

    /// <summary>Who is to run the run's numbers.</summary>
    public static Option<string?> EngineOption()
    {
        var option = new Option<string?>("--engine") { Description = "What does the work; what the stack does when absent", HelpName = $"{RunEngine.Cluster}|{RunEngine.Functions}|{RunEngine.Auto}" };
        option.AcceptOnlyFromAmong(RunEngine.Cluster, RunEngine.Functions, RunEngine.Auto);
        return option;
    }

    public void AddTo(Command command)
    {
        command.Arguments.Add(_dataset);
        foreach (var option in (Option[])[_file, _engine, _fresh, _basis])
            command.Options.Add(option);
    }

    public DatasetName Dataset(ParseResult arguments) => arguments.GetRequiredValue(_dataset);

    /// <summary>The execution's input.</summary>
    /// <exception cref="PomonaException">The workflow would refuse it, or the file cannot be read.</exception>
    public Task<string> InputAsync(ParseResult arguments, CancellationToken cancellation) => InputAsync(
        Dataset(arguments), arguments.GetValue(_file), arguments.GetValue(_engine), arguments.GetValue(_fresh), arguments.GetValue(_basis), cancellation);

    /// <summary>The execution's input, read as the workflow will read it, so that what it would refuse starts nothing.</summary>
    internal static async Task<string> InputAsync(DatasetName dataset, FileInfo? file, string? engine, bool fresh, string? basis, CancellationToken cancellation)
    {
        try
        {
            if (file is { Exists: true, Length: > LongestInput })
                throw new PomonaException(ExitCode.Usage, $"{Printable.Excerpt(file.Name)} is larger than any input is.");
            var input = file is null ? [] : JsonNode.Parse(await File.ReadAllTextAsync(file.FullName, cancellation)) as JsonObject
                ?? throw new PomonaException(ExitCode.Usage, $"{Printable.Excerpt(file.Name)} is no JSON object: docs/execution-input.md says what it may hold.");
            if (!JsonText.IsClear(input))
                throw new PomonaException(ExitCode.Usage, $"{Printable.Excerpt(file!.Name)} cannot be read: a member is in it twice, or half of a surrogate pair.");
            if (input["dataset"] is JsonValue other && other.ToString() != dataset.Value)
                throw new PomonaException(ExitCode.Usage, $"{Printable.Excerpt(file!.Name)} is for the data set '{Printable.Excerpt(other.ToString(), 60)}', not for {dataset}.");
            input["dataset"] = dataset.Value;
            if (engine is not null && input["engine"] is JsonValue given && given.ToString() != engine)
                throw new PomonaException(ExitCode.Usage, $"--engine is {engine}, and {Printable.Excerpt(file!.Name)} says \"engine\": {Printable.Excerpt(given.ToJsonString(), 40)}: leave one of them out.");
            if (engine is not null)
                input["engine"] = engine;
            if (fresh)
                input["fresh"] = true;
            if (basis is not null)
                input["basis"] = basis;
            input.TryAdd("now", JsonValue.Create(true));
            using var json = JsonDocument.Parse(input.ToJsonString());
            var read = ExecutionInput.Read(json.RootElement);
            RunEngine.AskedBy(read, read.Engine ?? RunEngine.Auto);
            return input.ToJsonString();
        }
        catch (Exception refused) when (refused is InvalidExecutionInputException or JsonException)
        {
            throw new PomonaException(ExitCode.Usage, $"{(file is null ? string.Empty : $"{Printable.Excerpt(file.Name)}: ")}{Printable.Excerpt(refused.Message, 400)}", refused);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new PomonaException(ExitCode.Input, $"{Printable.Excerpt(file!.Name)} cannot be read: {unread.Message}", unread);
        }
    }
}
