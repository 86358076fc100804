using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Workflow;
using Pomona.Storage;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;
using Spectre.Console;

namespace Pomona.Job.Commands;

/// <summary><c>pomona run INPUT</c>: a folder of images becomes features, components and a report.</summary>
internal static class RunCommand
{
    private const int DefaultComponents = 50;
    private const int MostComponents = 4096;
    private const int MostShardSize = 100_000;
    private const int MostThreads = 1024;
    private const double DefaultMegapixels = 100;
    private const double MostMegapixels = 715; // 3 bytes a pixel in one array of at most 2 GiB

    /// <summary>The command.</summary>
    public static Command Create(TimeProvider time)
    {
        var input = new Argument<string>("INPUT")
        {
            Description = "A folder of images, one sub-folder per class; or s3://bucket/prefix",
        };
        var output = new Option<string?>(JobArguments.Output, "-o")
        {
            Description = "The run's folder, or s3://bucket/prefix; runs/<name of INPUT> unless given. Running again goes on "
                + "where an interrupted run stopped",
            HelpName = "FOLDER",
        };
        var components = NumberOption.Whole(JobArguments.Components, "K", "Components to keep at most", DefaultComponents, 1, MostComponents);
        var model = new Option<string?>("--model") { Description = "An ONNX image classifier or feature model", HelpName = "FILE" };
        var modelOutput = new Option<string?>("--model-output")
        {
            Description = "Cut the model at this output instead of at its last layer's input",
            HelpName = "NAME",
        };
        var resize = new Option<string>("--resize")
        {
            Description = $"How images are brought to the model's size, as Pillow does it: {string.Join(", ", ResizeFilterName.All)}",
            HelpName = "FILTER",
            DefaultValueFactory = _ => ResizeFilterName.All[0],
        };
        resize.AcceptOnlyFromAmong([.. ResizeFilterName.All]);
        var shardSize = NumberOption.Whole("--shard-size", "N", "Images per part of the output", RunPlan.DefaultShardSize, 1, MostShardSize);
        var threads = NumberOption.Whole("--threads", "N", "Threads that compute", Environment.ProcessorCount, 1, MostThreads);
        var rotate = new Option<bool>("--exif-rotation") { Description = "Turn images as their EXIF data says (Pillow does not)" };
        var megapixels = NumberOption.Positive(
            "--max-megapixels", "MP", "Reject larger images before decoding them", DefaultMegapixels, MostMegapixels);
        var engine = new Option<string>(JobArguments.Engine)
        {
            Description = "What schedules the shards: local (this machine's cores) or spark (docs/spark.md)",
            HelpName = "ENGINE",
            DefaultValueFactory = _ => LocalEngine.EngineName,
        };
        engine.AcceptOnlyFromAmong(LocalEngine.EngineName, SparkEngine.EngineName);
        var restart = new Option<bool>("--restart") { Description = "Remove what an earlier run left in the output first" };
        var useSnapshot = new Option<bool>(JobArguments.UseSnapshot)
        {
            Description = "Take the snapshot that is in the output; do not list INPUT again",
        };
        var json = new Option<bool>("--json") { Description = "Print the marker as JSON, and nothing else, on standard output" };
        var token = new Option<string?>(JobArguments.TaskToken) { Description = "The waiting workflow step's token", Hidden = true };
        var cluster = new Option<string?>(JobArguments.ClusterId) { Description = "The EMR cluster's id", Hidden = true };
        var execution = new Option<string?>(JobArguments.ExecutionArn) { Description = "The workflow's execution", Hidden = true };

        var command = new Command(JobArguments.Command, "Turn a folder of images into features, components and a report")
        {
            input, output, components, model, modelOutput, resize, shardSize, threads, rotate, megapixels, engine, restart,
            useSnapshot, json, token, cluster, execution,
        };
        command.SetAction((arguments, cancellation) =>
        {
            // Always found: the option accepts nothing else.
            _ = ResizeFilterName.TryParse(arguments.GetRequiredValue(resize), out var filter);
            var source = arguments.GetRequiredValue(input);
            return RunAsync(
                new RunRequest(
                    source,
                    arguments.GetValue(output) ?? Path.Combine("runs", RunName.Of(FullName(source), "local").Dataset),
                    arguments.GetRequiredValue(components),
                    arguments.GetValue(model),
                    filter,
                    arguments.GetRequiredValue(shardSize),
                    arguments.GetRequiredValue(threads),
                    arguments.GetValue(rotate),
                    arguments.GetRequiredValue(megapixels),
                    arguments.GetValue(restart),
                    arguments.GetValue(useSnapshot),
                    arguments.GetValue(token),
                    arguments.GetValue(cluster),
                    arguments.GetValue(execution)),
                arguments.GetRequiredValue(engine),
                arguments.GetValue(modelOutput),
                arguments.GetValue(json),
                arguments.InvocationConfiguration,
                time,
                cancellation);
        });
        return command;
    }

    private static string FullName(string input) => StoreAddress.IsS3(input) ? input : Path.GetFullPath(input);

    private static async Task<int> RunAsync(
        RunRequest request,
        string engine,
        string? modelOutput,
        bool json,
        InvocationConfiguration console,
        TimeProvider time,
        CancellationToken cancellation)
    {
        using var input = StoreAddress.Open(request.Input);
        using var output = StoreAddress.Open(request.Output);
        var catalog = new ModelCatalog(
            ModelCatalogOptions.FromEnvironment(Environment.GetEnvironmentVariable) with { Output = modelOutput });
        var model = await catalog.ResolveAsync(request.Model, cancellation).ConfigureAwait(false);

        using var spark = engine == SparkEngine.EngineName ? SparkEngine.Connect(output, time) : null;
        using var heartbeat = request.TaskToken is { } token ? Heartbeat.To(token, time) : null;
        RunMarker marker;
        Task<RunMarker> RunWith(IRunProgress progress)
        {
            progress.Say($"model    {model.Why}");
            Task<RunMarker> Run(IRunProgress heard, CancellationToken stop) => new RunPipeline(
                request, model, input, output, work => spark ?? (IEngine)new LocalEngine(work), heard, time).RunAsync(stop);
            return heartbeat is null ? Run(progress, cancellation) : heartbeat.DuringAsync(progress, Run, cancellation);
        }

        if (json)
            marker = await RunWith(new NoProgress()).ConfigureAwait(false);
        else if (Console.IsErrorRedirected)
            marker = await RunWith(new LineProgress(console.Error, time)).ConfigureAwait(false);
        else
            marker = await BarProgress.ShowAsync(
                AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Error) }), time, RunWith).ConfigureAwait(false);

        console.Output.WriteLine(json
            ? JsonSerializer.Serialize(marker with { TaskToken = null }, ContractJson.Readable.RunMarker)
            : Describe(marker.Summary, output.Address));
        return (int)ExitCode.Success;
    }

    private static string Describe(RunSummary run, string output)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Images:N0} images of {run.Labels:N0} classes → {run.Components} components that explain "
            + $"{run.ExplainedVariance:P1} of the variance, in {run.Seconds:F1} s ({run.Images / Math.Max(0.001, run.Seconds):N0} images/s).");
        if (run.Rejected > 0)
        {
            text += string.Create(
                CultureInfo.InvariantCulture,
                $"\n{run.Rejected:N0} rejected: {Path.Combine(output, RunLayout.Rejected)} says why.");
        }

        return text + $"\nReport: {run.Report}";
    }
}
