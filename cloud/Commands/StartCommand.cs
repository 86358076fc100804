using System.CommandLine;
using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>start NAME</c>: starts a run of a data set by hand, without an upload.</summary>
internal static class StartCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var asked = new AskedRun();
        var command = new Command("start", "Start a run of a data set by hand, at once");
        asked.AddTo(command);
        return CloudSession.Of(
            command, options, time,
            asked.InputAsync,
            async (session, input, cancellation) =>
            {
                var execution = await (await session.RunsAsync(cancellation)).StartAsync(input, cancellation);
                var dataset = asked.Dataset(session.Arguments);
                if (session.IsJson)
                    await session.WriteJsonAsync(new { Execution = execution, Dataset = dataset.Value });
                else
                    await session.Output.WriteLineAsync($"started: ./pomona cloud watch {dataset}");
                return ExitCode.Success;
            });
    }
}
