using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pomona.Cloud.Account;
using Pomona.Cloud.Runs;
using Pomona.CommandLine;
using Pomona.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pomona.Cloud.Commands;

/// <summary>What a command works with: the account, the clock, and where its words go.</summary>
/// <param name="Arguments">What the person typed.</param>
/// <param name="Account">The account.</param>
/// <param name="IsJson">Whether the answer is to be JSON.</param>
/// <param name="Time">The clock.</param>
internal sealed record CloudSession(ParseResult Arguments, CloudAccount Account, bool IsJson, TimeProvider Time)
{
    /// <summary>Wide enough for a row of every table.</summary>
    private const int WidthOfLines = 200;

    // For a terminal, from which people copy: quotes stay quotes.
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Standard output: the answer.</summary>
    public TextWriter Output => Arguments.InvocationConfiguration.Output;

    /// <summary>What is told on the way there; on standard error where the answer is JSON.</summary>
    public TextWriter Progress { get; } = new LastingOutput(IsJson ? Arguments.InvocationConfiguration.Error : Arguments.InvocationConfiguration.Output);

    /// <summary>Does some work with a screen that shows how far it is.</summary>
    public Task ShowAsync(Func<IProgressScreen, Task> work) =>
        ProgressScreen.RunAsync(Progress, !IsJson && !Console.IsOutputRedirected, Time, work);

    public Task WriteJsonAsync<T>(T answer) => Output.WriteLineAsync(JsonSerializer.Serialize(answer, Indented));

    /// <summary>Writes something of Spectre's as the answer: in colour on a terminal, in lines elsewhere.</summary>
    public void Write(IRenderable answer)
    {
        if (!Console.IsOutputRedirected)
        {
            AnsiConsole.Write(answer);
            return;
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Output),
        });
        plain.Profile.Width = WidthOfLines;
        plain.Write(answer);
    }

    public async Task<StackRuns> RunsAsync(CancellationToken cancellation) =>
        new(Account.Executions, Account.Clusters, (await Account.StackAsync(cancellation)).Pipeline);

    /// <summary>The runs' folders in the stack's bucket.</summary>
    public async Task<RunFolders> FoldersAsync(CancellationToken cancellation) =>
        new(Account.Storage, (await Account.StackAsync(cancellation)).Bucket, await Account.BucketAsync(cancellation));

    /// <summary>The newest execution of the run that a person means.</summary>
    /// <exception cref="PomonaException">There is none: it is gone, or was never there.</exception>
    public async Task<StackRun> RequireRunAsync(RunReference reference, CancellationToken cancellation) =>
        await (await RunsAsync(cancellation)).FindAsync(reference, cancellation)
        ?? throw new PomonaException(ExitCode.Account, NoRun(reference) + ": './pomona cloud runs' lists those that Step Functions remembers, for 90 days.");

    /// <summary>The folder of the run that a person means.</summary>
    /// <exception cref="PomonaException">There is none: it is gone, or was never there.</exception>
    public async Task<(RunFolders Folders, RunFolder Folder)> RequireFolderAsync(RunReference reference, CancellationToken cancellation)
    {
        var folders = await FoldersAsync(cancellation);
        return (folders, await folders.FindAsync(reference, cancellation) ?? throw new PomonaException(ExitCode.Account, $"{NoRun(reference)}: it was removed, or its snapshot was never taken; './pomona cloud runs' lists the others."));
    }

    /// <summary>Makes sure that nobody is at work on a run.</summary>
    /// <exception cref="PomonaException">Somebody is.</exception>
    public async Task RequireOffAsync(RunFolder folder, string what, CancellationToken cancellation)
    {
        var runs = await RunsAsync(cancellation);
        var held = await (await FoldersAsync(cancellation)).LockAsync(folder.Dataset, cancellation);
        if (held is not null && held.Run == folder.Run && Time.GetUtcNow() - held.TakenAt < DatasetLock.JustTaken
            && await runs.IsOnAsync((await Account.StackAsync(cancellation)).ExecutionArn(held.ExecutionName), cancellation) is null)
            throw new PomonaException(ExitCode.Conflict, $"run {folder.Run} of {folder.Dataset} is about to begin, and is not {what}: './pomona cloud stop {folder.Run}' stops it.");
        await foreach (var running in runs.RunningAsync(cancellation))
        {
            if (running.Run == folder.Run.Value)
                throw new PomonaException(ExitCode.Conflict, $"run {folder.Run} of {folder.Dataset} is on ({running.Says}), and is not {what}: './pomona cloud stop {folder.Run}' stops it.");
        }
    }

    /// <summary>Tells that a person said no.</summary>
    public async Task<ExitCode> NothingDoneAsync()
    {
        await Progress.WriteLineAsync("Nothing was done.");
        return ExitCode.Success;
    }

    private string NoRun(RunReference reference) =>
        $"there is no run {(reference.Run is null ? "of " : string.Empty)}{reference} in the stack '{Account.Choice.Stack}' ({Account.Place})";

    /// <summary>Lets a person say yes to what cannot be taken back.</summary>
    /// <param name="question">What is asked, without its mark.</param>
    /// <param name="isAnswered">Whether <c>--yes</c> has said so already.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="PomonaException">Nobody can be asked.</exception>
    public async Task<bool> AgreesAsync(string question, bool isAnswered, CancellationToken cancellation)
    {
        if (isAnswered)
            return true;
        if (Console.IsInputRedirected)
            throw new PomonaException(ExitCode.Usage, "nobody can be asked here: --yes says yes to it.");
        await Arguments.InvocationConfiguration.Error.WriteAsync($"{question}? [y/N] ");
        var answer = await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellation);
        return answer?.Trim() is { Length: > 0 } said && "yes".StartsWith(said, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Makes a command that works with an account, and says in one sentence what the account refuses.</summary>
    /// <param name="command">The command, with its arguments.</param>
    /// <param name="options">The options that say which account.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">What it does; its exit code.</param>
    public static Command Of(Command command, AccountOptions options, TimeProvider time, Func<CloudSession, CancellationToken, Task<ExitCode>> run) =>
        Of<object?>(command, options, time, (_, _) => Task.FromResult<object?>(null), (session, _, cancellation) => run(session, cancellation));

    /// <inheritdoc cref="Of(Command, AccountOptions, TimeProvider, Func{CloudSession, CancellationToken, Task{ExitCode}})"/>
    /// <param name="command">The command, with its arguments.</param>
    /// <param name="options">The options that say which account.</param>
    /// <param name="time">The clock.</param>
    /// <param name="prepare">What is looked at before any account is asked for anything.</param>
    /// <param name="run">What it does with that; its exit code.</param>
    public static Command Of<T>(
        Command command, AccountOptions options, TimeProvider time, Func<ParseResult, CancellationToken, Task<T>> prepare,
        Func<CloudSession, T, CancellationToken, Task<ExitCode>> run)
    {
        command.SetAction(async (arguments, cancellation) =>
        {
            var choice = options.Choice(arguments);
            var prepared = await prepare(arguments, cancellation);
            using var account = await CloudAccount.OpenAsync(choice, Environment.GetEnvironmentVariable, cancellation);
            try
            {
                return (int)await run(new CloudSession(arguments, account, options.IsJson(arguments), time), prepared, cancellation);
            }
            catch (Exception refused) when (AccountFailure.Of(refused, account.Place) is { } sentence)
            {
                throw sentence;
            }
        });
        return command;
    }
}
