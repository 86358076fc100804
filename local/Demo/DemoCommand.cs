using System.CommandLine;
using System.Globalization;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Commands;
using Pomona.Local.Emr;
using Pomona.Local.Page;
using Pomona.Storage;

namespace Pomona.Local.Demo;

/// <summary>
/// <c>./pomona demo</c>: the whole pipeline on this machine. Exit code 0 only when the run finished, its cluster is
/// TERMINATED and its mails are there; 12: the run failed; 11: a mail or the cluster's end did not come, or the local cloud does not answer; 130: interrupted, and the cloud it started is down.
/// </summary>
internal static class DemoCommand
{
    public static Command Create(CloudOptions options, TimeProvider clock)
    {
        var images = new Option<string?>("--images") { Description = "Your own folder of images, one sub-folder per class", HelpName = "DIR" };
        var count = NumberOption.Whole("--count", "N", "How many images to draw when there is no --images", 1000, 20, 100_000);
        var engine = new Option<string?>("--engine")
        {
            Description = "What does the work: cluster (the default), functions (no cluster is rented), or auto, whichever is cheaper and sooner",
            HelpName = "ENGINE",
        };
        engine.AcceptOnlyFromAmong(RunEngine.Cluster, RunEngine.Functions, RunEngine.Auto);
        var once = new Option<bool>("--once") { Description = "Only one run: the data set does not grow after it" };
        var down = new Option<bool>("--down") { Description = "Bring the local cloud down at the end" };
        var command = new Command("demo", "Show the whole pipeline on this machine, without an AWS account") { images, count, engine, once, down };
        options.AddTo(command);
        command.SetAction((arguments, cancellation) => LocalFailure.ToldAsync(() => RunAsync(
            options,
            arguments,
            new AskedDemo(arguments.GetValue(images), arguments.GetValue(count), arguments.GetValue(engine), arguments.GetValue(once), arguments.GetValue(down)),
            clock,
            cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(CloudOptions options, ParseResult arguments, AskedDemo asked, TimeProvider clock, CancellationToken cancellation)
    {
        if (asked.Images is { } images)
            (await FolderUpload.OfAsync(images, BucketLayout.Datasets, cancellation)).Dispose(); // before anything is brought up for a folder that is not there
        var output = arguments.InvocationConfiguration.Output;
        var progress = new LastingOutput(output);
        var settings = WithParameters(options.Settings(arguments), asked.Engine);
        var began = clock.GetTimestamp();
        var there = await RunningCloud.FindAsync(settings.StateFolder, cancellation);
        if (there is not null && asked.Engine is { } engine && there.Engine != engine)
        {
            throw new LocalCloudException(
                $"the local cloud that is up does its work by {there.Engine}, and --engine says {engine}: bring it down first with './pomona local down'.", code: ExitCode.Conflict);
        }

        var steps = there is null && asked.Engine != RunEngine.Functions ? NodeSpark.Sentence(settings.Root, Environment.GetEnvironmentVariable) : null;
        await progress.WriteLineAsync(there is null
            ? "Bringing up a local AWS account and creating the stack of serverless.template in it."
            : $"Using the local cloud that is up: {there.Endpoint}");
        if (steps is not null)
            await progress.WriteLineAsync(steps);
        var words = options.Words(arguments).Concat(settings.StackParameters.SelectMany(
            parameter => new[] { "--parameter", $"{parameter.Key}={parameter.Value}" }));
        using var cloud = there ?? await CloudStart.RunAsync(settings, words, progress.WriteLine, cancellation);
        try
        {
            var folder = asked.Images ?? await SampleImages.EnsureAsync(settings, asked.Count, cancellation);
            RunView? run = null;
            var grown = string.Empty;
            await ProgressScreen.RunAsync(progress, !Console.IsOutputRedirected, clock, async screen =>
            {
                var demo = new DemoRun(cloud, screen, clock);
                run = await demo.RunAsync(folder, cancellation);
                if (asked.Once)
                    return;
                var again = clock.GetTimestamp();
                (run, var summary) = await demo.GrowAsync(folder, run, cancellation);
                grown = string.Create(CultureInfo.InvariantCulture, $"""

                      growth   {summary.TakenOver ?? 0:N0} of {summary.Images + summary.Rejected:N0} images taken over from the first run, the others worked on, in {clock.GetElapsedTime(again):m\:ss}
                    """);
            });
            var results = Path.Combine(settings.Root, "runs", run!.Run!);
            await DemoRun.SaveAsync(cloud, run, results, cancellation);
            var mail = DemoRun.MailsAbout(run.Dataset!, await cloud.AccountAsync(cancellation))[^1];
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

                {Beginning(mail)}

                Done in {clock.GetElapsedTime(began):m\:ss}: the run finished, {(DemoRun.IsOnFunctions(run) ? "without a cluster, and its mail is there" : "its cluster is gone, both mails are there")}.{grown}
                  report   {Path.Combine(results, RunLayout.Report)}
                  results  {results}
                """));
            await output.WriteLineAsync(asked.Down ? string.Empty : $"""
                  page     {cloud.Page}   (runs, clusters, mails; still up)
                  mails    ./pomona local mails
                  stop     ./pomona local down
                """);
            return 0;
        }
        catch (OperationCanceledException)
        {
            if (there is null)
                await cloud.ShutDownAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            if (asked.Down)
                await cloud.ShutDownAsync(CancellationToken.None);
        }
    }

    // The mail without its links, which lead into AWS's console.
    private static string Beginning(MailView mail) => string.Join('\n', (string[])
    [
        $"    To: {mail.To}",
        $"    Subject: {mail.Subject}",
        string.Empty,
        .. mail.Body.ReplaceLineEndings("\n").Split("\n\n").Take(2).SelectMany(part => part.Split('\n').Append(string.Empty))
            .Select(line => line.Length > 0 ? "    " + line : line).SkipLast(1),
    ]);

    private static LocalSettings WithParameters(LocalSettings settings, string? engine)
    {
        var parameters = new Dictionary<string, string>(settings.StackParameters, StringComparer.Ordinal);
        // So that a person sees the job's progress: a shard is what it reports.
        parameters.TryAdd("ShardSize", "64");
        if (engine is not null)
            parameters["Engine"] = engine;
        return settings with { StackParameters = parameters };
    }

    /// <summary>What the person typed.</summary>
    private sealed record AskedDemo(string? Images, int Count, string? Engine, bool Once, bool Down);
}
