using System.CommandLine;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.Cloud.Runs;
using Pomona.CommandLine;
using Pomona.Contracts;
using Spectre.Console;

namespace Pomona.Cloud.Commands;

/// <summary><c>runs</c>: what runs and ran, with its cost.</summary>
internal static class RunsCommand
{
    private const int Usual = 20;

    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var limit = NumberOption.Whole("--limit", "N", "How many runs to show, the newest first", Usual, 1, 1000);
        var command = new Command("runs", "What runs and ran, the newest first, with its cost") { limit };
        return CloudSession.Of(command, options, time, (session, cancellation) => RunAsync(session, session.Arguments.GetValue(limit), cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, int limit, CancellationToken cancellation)
    {
        var runs = await session.RunsAsync(cancellation);
        var rows = new List<(StackRun Run, RunCluster? Cluster)>();
        await foreach (var run in runs.AllAsync(cancellation))
        {
            var cluster = await runs.ClusterAsync(run, cancellation);
            rows.Add((run, cluster));
            if (rows.Count == limit)
                break;
        }

        var now = session.Time.GetUtcNow();
        if (session.IsJson)
        {
            await session.WriteJsonAsync(rows.Select(row => new
            {
                row.Run.Run,
                row.Run.Dataset,
                row.Run.Status,
                row.Run.Says,
                row.Run.State,
                row.Run.Outcome,
                row.Run.Started,
                row.Run.Stopped,
                row.Run.Images,
                TakenOver = row.Run.Unchanged,
                row.Run.Engine,
                Cluster = row.Run.Cluster,
                ClusterState = row.Cluster?.State,
                row.Cluster?.KeptUntil,
                Cost = row.Cluster?.Cost(row.Run, now),
                row.Run.Currency,
                row.Run.Error,
                row.Run.Cause,
                row.Run.Execution,
            }));
            return ExitCode.Success;
        }

        if (rows.Count == 0)
        {
            await session.Output.WriteLineAsync("No run yet: './pomona cloud upload DIR NAME' starts one.");
            return ExitCode.Success;
        }

        session.Write(Table(rows, now));
        return ExitCode.Success;
    }

    private static Table Table(IEnumerable<(StackRun Run, RunCluster? Cluster)> rows, DateTimeOffset now)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("run", "data set", "begun", "what", "images", "cluster", "cost");
        foreach (var (run, cluster) in rows)
        {
            table.AddRow(
                Markup.Escape(run.Run ?? "-"),
                Markup.Escape(run.Dataset ?? "-"),
                run.Started.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                Markup.Escape(run.Error is null || run.IsOn ? run.Says : $"{run.Says}: {run.Error}"),
                (run.Images?.ToString("N0", CultureInfo.InvariantCulture) ?? "-")
                    + (run.Unchanged is { } unchanged ? string.Create(CultureInfo.InvariantCulture, $", {run.Images - unchanged:N0} new") : string.Empty),
                Markup.Escape(cluster is null ? run.Cluster ?? (run.IsByFunctions ? "functions" : "-") : cluster.IsGone ? $"{cluster.Id} ended" : $"{cluster.Id} {cluster.State}{Kept(cluster)}"),
                Markup.Escape(cluster?.CostText(run, now) ?? run.ExpectedText ?? "-"));
        }

        return table;
    }

    private static string Kept(RunCluster cluster) => cluster.KeptUntil is { } until ? $" until {until.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture)}" : string.Empty;
}
