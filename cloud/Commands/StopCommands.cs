using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Cloud.Account;
using Pomona.Cloud.Runs;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>stop RUN</c> and <c>resume RUN</c>: each says what follows before it is done.</summary>
internal static class StopCommands
{
    public static Command Stop(AccountOptions options, TimeProvider time)
    {
        var run = Names.RunArgument("The run's id, or a data set's name for the run that is on", isNeeded: true);
        var yes = Names.YesOption();
        var command = new Command("stop", "Stop a run that is on, after saying what follows; its cluster is ended, what is done stays") { run, yes };
        return CloudSession.Of(command, options, time, (session, cancellation) =>
            StopAsync(session, session.Arguments.GetRequiredValue(run)!, session.Arguments.GetValue(yes), cancellation));
    }

    public static Command Resume(AccountOptions options, TimeProvider time)
    {
        var run = Names.IdArgument("The id of a run that failed or was stopped");
        var engine = AskedRun.EngineOption();
        var yes = Names.YesOption();
        var command = new Command("resume", "Go on with a run that failed or was stopped, where it stopped, after saying what follows") { run, engine, yes };
        return CloudSession.Of(command, options, time, (session, cancellation) =>
            ResumeAsync(session, session.Arguments.GetRequiredValue(run)!, session.Arguments.GetValue(engine), session.Arguments.GetValue(yes), cancellation));
    }

    private static async Task<ExitCode> StopAsync(CloudSession session, RunReference reference, bool isAnswered, CancellationToken cancellation)
    {
        var runs = await session.RunsAsync(cancellation);
        var run = await session.RequireRunAsync(reference, cancellation);
        if (!run.IsOn)
            throw new PomonaException(ExitCode.Conflict, $"run {run.Run ?? reference.ToString()} of {run.Dataset} is not on: {run.Says}{At(run.Stopped)}.");

        await session.Progress.WriteLineAsync(
            $"run {run.Run} of {run.Dataset}, begun {At(run.Started).TrimStart()}: {run.Says}.\n"
            + (run is { IsByFunctions: true, Cluster: null }
                ? "It has no cluster: the batches of shards that are under way end by themselves, each within some minutes and 15 at the latest, and no other begins."
                : run.Cluster is null ? "It has no cluster yet." : $"Its cluster {run.Cluster} is ended within a minute or two, and costs nothing more.")
            + $" What is done stays{await DoneAsync(session, run, cancellation)}, no mail is sent, and './pomona cloud resume {run.Run}' goes on with it.");
        if (!await session.AgreesAsync("Stop it", isAnswered, cancellation))
            return await session.NothingDoneAsync();

        await runs.StopAsync(run, "stopped with ./pomona cloud stop", cancellation);
        if (session.IsJson)
            await session.WriteJsonAsync(new { run.Run, run.Dataset, run.Cluster, Stopped = true });
        else
            await session.Output.WriteLineAsync($"run {run.Run} of {run.Dataset} is stopped{(run.Cluster is null ? "." : $"; './pomona cloud runs' shows when {run.Cluster} has ended.")}");
        return ExitCode.Success;
    }

    private static async Task<ExitCode> ResumeAsync(CloudSession session, RunId id, string? engine, bool isAnswered, CancellationToken cancellation)
    {
        var (folders, folder) = await session.RequireFolderAsync(new RunReference(id, null), cancellation);
        if (await folders.MarkerAsync(folder, cancellation) is { } marker)
            throw new PomonaException(ExitCode.Conflict, $"run {id} of {folder.Dataset} finished on {marker.FinishedAt:yyyy-MM-dd}: there is nothing to go on with.");
        if (await folders.PlanAsync(folder, cancellation) is not { } plan)
            throw new PomonaException(ExitCode.Conflict, $"run {id} of {folder.Dataset} did not come as far as its snapshot, or its plan is damaged: './pomona cloud start {folder.Dataset}' starts a new one.");
        await session.RequireOffAsync(folder, "gone on with", cancellation);

        var runs = await session.RunsAsync(cancellation);
        var before = await runs.FindAsync(new RunReference(id, null), cancellation);
        var input = new JsonObject { ["dataset"] = folder.Dataset.Value, ["resume"] = id.Value };
        foreach (var (name, value) in before?.Settings ?? [])
            input[name] = value!.DeepClone();
        if (engine is not null)
            input["engine"] = engine;
        var done = await folders.DoneAsync(folder, plan, cancellation);
        var price = before?.Hourly is { } hourly ? string.Create(CultureInfo.InvariantCulture, $", about {hourly:0.00} {before.Currency} per hour (prices of {before.PriceDate})") : string.Empty;
        await session.Progress.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"run {id} of {folder.Dataset}: {done:N0} of {plan.Images:N0} images have features, and are not computed again. {RestBy(input["engine"].AsText(), before, price)}; images uploaded since are not part of it."));
        if (before is null)
            await session.Progress.WriteLineAsync("Its execution is forgotten: components, EXIF rotation and decoding are the stack's defaults; were they others, the run is refused before it computes anything.");
        if (!await session.AgreesAsync("Go on with it", isAnswered, cancellation))
            return await session.NothingDoneAsync();

        var execution = await runs.StartAsync(input.ToJsonString(), cancellation);
        if (session.IsJson)
            await session.WriteJsonAsync(new { Run = id.Value, Dataset = folder.Dataset.Value, Done = done, plan.Images, Execution = execution });
        else
            await session.Output.WriteLineAsync($"run {id} of {folder.Dataset} goes on: ./pomona cloud watch {id}");
        return ExitCode.Success;
    }

    private static string RestBy(string? engine, StackRun? before, string price)
    {
        var cluster = $"A cluster is rented for the rest{(before?.Vcpus is { } vcpus ? $" (it had {vcpus} vCPUs{price})" : string.Empty)}";
        return engine switch
        {
            RunEngine.Functions => "Functions work on the rest, no cluster is rented",
            RunEngine.Auto => "Functions work on the rest where they cost no more and end no later than a cluster, else one is rented",
            RunEngine.Cluster => cluster,
            _ => $"{cluster}, unless the stack's Engine says otherwise",
        };
    }

    private static async Task<string> DoneAsync(CloudSession session, StackRun run, CancellationToken cancellation)
    {
        if (!DatasetName.TryParse(run.Dataset, out var dataset) || !RunId.TryParse(run.Run, out var id))
            return string.Empty;
        var folders = await session.FoldersAsync(cancellation);
        var folder = new RunFolder(dataset, id);
        if (await folders.PlanAsync(folder, cancellation) is not { } plan)
            return string.Empty;
        var done = await folders.DoneAsync(folder, plan, cancellation);
        return string.Create(CultureInfo.InvariantCulture, $" ({done:N0} of {plan.Images:N0} images)");
    }

    private static string At(DateTimeOffset? time) => time is { } at ? $" {at.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}" : string.Empty;
}
