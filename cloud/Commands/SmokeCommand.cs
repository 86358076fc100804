using System.CommandLine;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.Cloud.Smoke;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>smoke</c>: a few drawn images from upload to tear-down, and what of all that only an account can show is as expected.</summary>
internal static class SmokeCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var yes = Names.YesOption();
        var command = new Command("smoke", "Run 200 drawn images through the account for less than 0.20 USD, and report what is as expected") { yes };
        return CloudSession.Of(command, options, time, (session, cancellation) => RunAsync(session, session.Arguments.GetValue(yes), cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, bool isAgreed, CancellationToken cancellation)
    {
        var (account, stack) = (session.Account, await session.Account.StackAsync(cancellation));
        var dataset = DatasetName.Parse("smoke-" + session.Time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        // A stack that may rent no task nodes is tried without.
        var withSpot = !int.TryParse(stack.Parameters.GetValueOrDefault("MaxVcpus"), NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            || !int.TryParse(stack.Parameters.GetValueOrDefault("CoreVcpus"), NumberStyles.None, CultureInfo.InvariantCulture, out var core)
            || most >= core + 4;
        // Of a data set that nobody has uploaded yet: 200 small images add seconds to what the cluster costs.
        var planned = await PlanCommand.AskAsync(account.Aws, stack, SmokeRun.Input(dataset, withSpot, stack.Parameters), cancellation);
        if ((string?)planned["verdict"] == PlanVerdict.OverBudget)
            throw new PomonaException(ExitCode.NotReady, $"no run can begin: {Printable.Excerpt((string?)planned["reason"], 300)}");
        decimal Planned(params string[] path) => planned.At(path).AsNumber() ?? 0;
        var (cost, atMost) = (Planned("estimate", "cost"), Planned("estimate", "costAtMost"));
        session.Progress.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{10 * SmokeRun.PerClass} drawn images go to s3://{stack.Bucket}/{BucketLayout.Dataset(dataset)}, and a cluster of {Planned("cluster", "primaryVcpus") + Planned("cluster", "coreVcpus") + Planned("cluster", "taskVcpus")} vCPUs is rented for about {Planned("estimate", "clusterSeconds") / 60:0} minutes. It costs about {cost:0.00} {(string?)planned["estimate"]?["currency"]} ({atMost:0.00} where Spot has nothing)."));
        if (cost >= SmokeEvidence.MostCost)
            throw new PomonaException(ExitCode.NotReady, string.Create(CultureInfo.InvariantCulture, $"that is not less than {SmokeEvidence.MostCost:0.00}, so nothing is started: the stack's prices or StartMinutes are larger than usual; './pomona cloud start' does what you want at its price."));
        if (!await session.AgreesAsync("Begin", isAgreed, cancellation))
            return await session.NothingDoneAsync();

        SmokeEvidence? evidence = null;
        var (runs, folders) = (await session.RunsAsync(cancellation), await session.FoldersAsync(cancellation));
        await session.ShowAsync(async screen =>
            evidence = await new SmokeRun(account, stack, runs, folders, screen, session.Time).RunAsync(dataset, withSpot, cancellation));
        SmokeRow[] rows = [.. evidence!.Rows(session.Time.GetUtcNow())];
        var release = (string?)planned["cluster"]?["releaseLabel"];
        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { Dataset = dataset.Value, evidence.Run.Run, Region = account.Region, Release = release, At = session.Time.GetUtcNow(), Rows = rows, evidence.LogLines });
        }
        else
        {
            await session.Output.WriteLineAsync($"\nPomona's smoke test, {session.Time.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {(stack.IsLocal ? "local cloud" : account.Region)}, {release}, run {evidence.Run.Run} of {dataset}");
            foreach (var row in rows)
                await session.Output.WriteLineAsync($"  {row.State,-16}  {row.Expected}: {row.Seen}");
            await session.Output.WriteLineAsync("Send this back with your findings: it names no account. What it leaves:");
            await session.Output.WriteLineAsync($"  ./pomona cloud rm {evidence.Run.Run}    aws s3 rm --recursive s3://{stack.Bucket}/{BucketLayout.Dataset(dataset)}");
        }

        return rows.Any(static row => row.State == SmokeRow.Wrong) ? ExitCode.NotReady : ExitCode.Success;
    }
}
