using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>start NAME</c>: starts a run of a data set by hand, without an upload.</summary>
internal static class StartCommand
{
    private const long LongestInput = 64 * 1024;

    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var name = new Argument<DatasetName>("NAME") { Description = "The data set's name", CustomParser = Names.Dataset };
        var file = new Option<FileInfo?>("--input") { Description = "What is to be different about it: docs/execution-input.md", HelpName = "FILE.json" };
        var engine = EngineOption();
        var fresh = FreshOption();
        var basis = BasisOption();
        var command = new Command("start", "Start a run of a data set by hand, at once") { name, file, engine, fresh, basis };
        return CloudSession.Of(
            command, options, time,
            async (arguments, cancellation) => await InputAsync(arguments.GetRequiredValue(name), arguments.GetValue(file), arguments.GetValue(engine), arguments.GetValue(fresh), arguments.GetValue(basis), cancellation),
            async (session, input, cancellation) =>
            {
                var execution = await (await session.RunsAsync(cancellation)).StartAsync(input, cancellation);
                if (session.IsJson)
                    await session.WriteJsonAsync(new { Execution = execution, Dataset = session.Arguments.GetRequiredValue(name).Value });
                else
                    await session.Output.WriteLineAsync($"started: ./pomona cloud watch {session.Arguments.GetRequiredValue(name)}");
                return ExitCode.Success;
            });
    }

    /// <summary>Who is to run the run's numbers.</summary>
    internal static Option<string?> EngineOption()
    {
        var option = new Option<string?>("--engine") { Description = "What does the work; what the stack does when absent", HelpName = $"{RunEngine.Cluster}|{RunEngine.Functions}|{RunEngine.Auto}" };
        option.AcceptOnlyFromAmong(RunEngine.Cluster, RunEngine.Functions, RunEngine.Auto);
        return option;
    }

    /// <summary>Whether everything is computed.</summary>
    internal static Option<bool> FreshOption() => new("--fresh") { Description = "Compute everything, instead of taking over what is unchanged since the latest run" };

    /// <summary>Whose components are kept.</summary>
    internal static Option<string?> BasisOption() => new("--basis")
    {
        Description = "Keep the scaler and the components of this finished run of the data set, so that its coordinates and the new ones are comparable",
        HelpName = "RUN",
    };

    /// <summary>The execution's input, read as the workflow will read it, so that what it would refuse starts nothing.</summary>
    internal static async Task<string> InputAsync(DatasetName dataset, FileInfo? file, string? engine, bool fresh, string? basis, CancellationToken cancellation)
    {
        try
        {
            if (file is { Exists: true, Length: > LongestInput })
                throw new PomonaException(ExitCode.Usage, $"{Printable.Excerpt(file.Name)} is larger than any input is.");
            var input = file is null ? [] : JsonNode.Parse(await File.ReadAllTextAsync(file.FullName, cancellation)) as JsonObject
                ?? throw new PomonaException(ExitCode.Usage, $"{Printable.Excerpt(file.Name)} is no JSON object: docs/execution-input.md says what it may hold.");
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
