using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomona.Contracts;

namespace Pomona.Cloud.Account;

/// <summary>
/// The AWS command line, which whoever deploys has: it knows their credentials, however those are come by, and every service.
/// </summary>
/// <param name="program">The program: a path, or a name that the PATH leads to.</param>
/// <param name="place">Where the account is, for sentences: <c>region eu-west-3</c>.</param>
/// <param name="environment">What is different in its environment; null takes a variable away.</param>
/// <param name="endpoint">
/// Where it asks in place of AWS; null for AWS. As an option: it does not read AWS_ENDPOINT_URL for each service (1.45.11 not for SQS).
/// </param>
internal sealed partial class AwsProgram(
    string program, string place, IReadOnlyDictionary<string, string?> environment, string? endpoint = null)
{
    /// <summary>Calls an operation: <c>AskAsync("cloudformation", "describe-stacks", new() { ["StackName"] = "pomona" }, …)</c>.</summary>
    /// <param name="service">The service, by the program's name for it.</param>
    /// <param name="operation">The operation, likewise.</param>
    /// <param name="parameters">
    /// Its input by the API's member names. It goes through a file of its own, so that no value is taken for an option or an address to
    /// read from, none is seen in the list of processes, and none is too long.
    /// </param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>The answer, all pages of it; empty where the operation has none.</returns>
    /// <exception cref="PomonaException">It failed: one sentence.</exception>
    public async Task<JsonObject> AskAsync(string service, string operation, JsonObject parameters, CancellationToken cancellation)
    {
        var input = Path.GetTempFileName(); // its owner's alone
        try
        {
            await File.WriteAllTextAsync(input, parameters.ToJsonString(), cancellation);
            var answer = await RunAsync([service, operation, "--cli-input-json", $"file://{input}", "--output", "json"], cancellation);
            return answer.Trim().Length == 0 ? [] : JsonNode.Parse(answer) as JsonObject ?? [];
        }
        catch (JsonException cause)
        {
            throw new PomonaException(ExitCode.Account, $"'aws {service} {operation}' answered something other than JSON ({place}).", cause);
        }
        finally
        {
            File.Delete(input);
        }
    }

    /// <summary>Invokes a function and waits for its answer.</summary>
    /// <param name="function">Its name.</param>
    /// <param name="payload">What it is given.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="PomonaException">It cannot be invoked, or threw: its own sentence.</exception>
    public async Task<JsonObject> InvokeAsync(string function, JsonObject payload, CancellationToken cancellation)
    {
        var (input, output) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            await File.WriteAllTextAsync(input, payload.ToJsonString(), cancellation);
            // A function may take a quarter of an hour, and is not asked a second time meanwhile.
            var answer = JsonNode.Parse(await RunAsync(
                [
                    "lambda", "invoke", "--function-name", Word(function), "--payload", $"fileb://{input}", "--cli-read-timeout", "0", "--output", "json",
                    output,
                ],
                cancellation));
            var said = JsonNode.Parse(await File.ReadAllTextAsync(output, cancellation));
            return answer?["FunctionError"] is null
                ? said as JsonObject ?? []
                : throw new PomonaException(ExitCode.Account, $"{function} refused: {Printable.Excerpt((string?)said?["errorMessage"] ?? "it says nothing", 600)}");
        }
        catch (JsonException cause)
        {
            throw new PomonaException(ExitCode.Account, $"{function} answered something other than JSON ({place}).", cause);
        }
        finally
        {
            File.Delete(input);
            File.Delete(output);
        }
    }

    /// <summary>What another program needs in its environment to work with the same account.</summary>
    public IReadOnlyDictionary<string, string?> Environment => environment;

    /// <summary>Runs the program with these words, and gives what it writes on standard output.</summary>
    /// <param name="words">Its words; <see cref="Word"/> refuses one that it would read as something else.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <exception cref="PomonaException">It failed: one sentence.</exception>
    public async Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        var elsewhere = endpoint is null || words[0] == "configure" ? Array.Empty<string>() : ["--endpoint-url", endpoint];
        // No pager, no questions, and what is throttled is tried again as AWS's own clients do it.
        var quiet = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AWS_PAGER"] = string.Empty,
            ["AWS_CLI_AUTO_PROMPT"] = "off",
            ["AWS_RETRY_MODE"] = System.Environment.GetEnvironmentVariable("AWS_RETRY_MODE") ?? "standard",
        };
        using var aws = new ChildProgram(
            program, elsewhere.Concat(words), quiet.Concat(environment), folder: null,
            _ => $"the AWS command line, '{program}', is not on the PATH: install it (https://aws.amazon.com/cli/).");
        var output = aws.Output.ReadToEndAsync(cancellation);
        var error = aws.Error.ReadToEndAsync(cancellation);
        return await aws.EndAsync(cancellation) == 0 ? await output : throw AccountFailure.OfProgram(string.Join(' ', words.Take(2)), await error, place);
    }

    /// <summary>A value of a person's, as a word of the command line.</summary>
    /// <exception cref="PomonaException">The program would take it for an option, or for where to read the value.</exception>
    public static string Word(string value) => value.Length > 0 && value[0] != '-' && !Address().IsMatch(value) && !value.Any(char.IsControl)
        ? value
        : throw new PomonaException(ExitCode.Usage, $"'{Printable.Excerpt(value)}' cannot be given to the AWS command line: it begins like an option or an address.");

    /// <summary>Whether the PATH leads to a program of this name.</summary>
    /// <param name="name">The program's name.</param>
    /// <param name="variable">The environment.</param>
    public static bool IsOnPath(string name, Func<string, string?> variable) =>
        (variable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, name)));

    [GeneratedRegex(@"\A(fileb?|https?)://", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
