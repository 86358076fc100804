using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Reporting;
using Pomona.Job.Workers;
using Pomona.Job.Workflow;
using Pomona.Storage;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Commands;

/// <summary><c>pomona run INPUT</c>: a folder of images becomes features, components and a report.</summary>
internal static class RunCommand
{
    public static Command Create(TimeProvider time)
    {
        var command = new Command(JobArguments.Command, "Turn a folder of images into features, components and a report");
        var options = new RunArguments(command);
        command.SetAction((said, cancellation) => RunAsync(options, said, time, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(RunArguments options, ParseResult said, TimeProvider time, CancellationToken cancellation)
    {
        var request = options.Request(said);
        var console = said.InvocationConfiguration;
        using var input = StoreAddress.Open(request.Input, isClosed: request.UseSnapshot);
        using var output = StoreAddress.Open(request.Output);
        var catalog = new ModelCatalog(
            ModelCatalogOptions.FromEnvironment(Environment.GetEnvironmentVariable) with { Output = options.ModelOutput(said) });
        var model = await catalog.ResolveAsync(request.Model, cancellation).ConfigureAwait(false);

        using var spark = options.Engine(said) == SparkEngine.EngineName ? SparkEngine.Connect(new ShardTasks()) : null;
        var engine = spark ?? (IEngine)new LocalEngine();
        using var heartbeat = request.TaskToken is { } token ? Heartbeat.To(token, time) : null;
        RunMarker marker;
        Task<RunMarker> RunWith(IRunProgress progress)
        {
            progress.Say($"model    {model.Why}");
            Task<RunMarker> Run(IRunProgress heard, CancellationToken stop) => new RunPipeline(
                request, model, input, output, engine, heard, time)
            {
                // Spark's runner waits for this very process, and has its session.
                Decoding = new Decoding(spark is null ? ProcessEnd.ForASuccessorAsync : ProcessEnd.ForAPersonAsync)
                {
                    EndStoppedProcess = () => ProcessEnd.StopAsync(EarlyEnd.Tell(
                        console, cancellation.IsCancellationRequested ? new OperationCanceledException() : Heartbeat.Abandoned())),
                },
            }.RunAsync(stop);
            return heartbeat is null ? Run(progress, cancellation) : heartbeat.DuringAsync(progress, Run, cancellation);
        }

        if (options.Json(said))
            marker = await RunWith(new NoProgress()).ConfigureAwait(false);
        else if (BarProgress.HasRoom)
            marker = await BarProgress.ShowAsync(BarProgress.Terminal(console.Error), time, RunWith).ConfigureAwait(false);
        else
            marker = await RunWith(new LineProgress(console.Error, time)).ConfigureAwait(false);

        console.Output.WriteLine(options.Json(said)
            ? JsonSerializer.Serialize(marker with { EarlierToken = null }, ContractJson.Readable.RunMarker)
            : Describe(marker.Summary, output.Address));
        return (int)ExitCode.Success;
    }

    private static string Describe(RunSummary run, string output)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{ShownNumbers.Count(run.Images, "image", "images")} of {ShownNumbers.Count(run.Labels, "class", "classes")} → "
            + $"{Components(run)}, in {ShownNumbers.PlainDuration(run.Seconds)} "
            + $"({run.Images / Math.Max(0.001, run.Seconds):N0} images/s).");
        if (run.Rejected > 0)
        {
            text += string.Create(
                CultureInfo.InvariantCulture,
                $"\n{run.Rejected:N0} rejected: {Path.Combine(output, RunLayout.Rejected)} says why.");
        }

        foreach (var remark in RunRemarks.Of(run))
            text += $"\n{remark}";
        return text + $"\nReport: {run.Report}";
    }

    private static string Components(RunSummary run) => run.Components == 0
        ? "no components"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{ShownNumbers.Count(run.Components, "component that explains", "components that explain")} {run.ExplainedVariance:P1} of the variance");
}
