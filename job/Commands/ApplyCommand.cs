using System.CommandLine;
using System.Globalization;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Job.Applying;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Reporting;
using Pomona.Storage;

namespace Pomona.Job.Commands;

/// <summary><c>pomona apply IMAGES --model RUN</c>: new images through the model that a run published.</summary>
internal sealed class ApplyCommand
{
    /// <summary>Fewer images than these are done before a person would look at a bar.</summary>
    private const int ManyImages = 64;

    private readonly Argument<string[]> _images = new("IMAGES")
    {
        Description = "A folder of images, files, or s3://bucket/prefix",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "The folder of a finished run, local or s3://bucket/prefix: its classifier and its settings are applied",
        HelpName = "RUN",
        Required = true,
    };

    private readonly Option<string?> _output = new(JobArguments.Output, "-o")
    {
        Description = "Write a Parquet file: image, class, probability, components",
        HelpName = "FILE",
    };

    private readonly Option<bool> _csv = new("--csv") { Description = "Print image,class,probability,component_1,... (the default)" };

    private readonly Option<bool> _json = new("--json") { Description = "Print a line of JSON per image" };

    private readonly Option<int> _threads = NumberOption.Whole("--threads", "N", "Threads that compute", Environment.ProcessorCount, 1, RunArguments.MostThreads);

    private ApplyCommand()
    {
    }

    public static Command Create(TimeProvider time)
    {
        var apply = new ApplyCommand();
        var command = new Command("apply", "Name the classes of new images with the model of a finished run, and compute their components")
        {
            apply._images, apply._model, apply._output, apply._csv, apply._json, apply._threads,
        };
        command.Validators.Add(said =>
        {
            string[] forms =
            [
                .. said.GetValue(apply._output) is null ? (string[])[] : [JobArguments.Output],
                .. said.GetValue(apply._csv) ? (string[])["--csv"] : [],
                .. said.GetValue(apply._json) ? (string[])["--json"] : [],
            ];
            if (forms.Length > 1)
                said.AddError($"{string.Join(" and ", forms)} exclude each other: choose one.");
            else if (said.GetValue(apply._output) is { } output && StoreAddress.IsS3(output))
                said.AddError($"{JobArguments.Output} is a local file: write it here, and copy it to S3 then.");
        });
        command.SetAction((said, cancellation) => apply.RunAsync(said, time, cancellation));
        return command;
    }

    private Task<int> RunAsync(ParseResult said, TimeProvider time, CancellationToken cancellation) => RunFailure.ExplainAsync(async () =>
    {
        var console = said.InvocationConfiguration;
        if (said.GetValue(_output) is { } name)
            AppliedFile.RequireFree(name);
        using var images = new ImageArguments(said.GetRequiredValue(_images));
        var count = await images.CountAsync(cancellation).ConfigureAwait(false);
        using var run = StoreAddress.Open(said.GetRequiredValue(_model));
        var model = await AppliedModel.OpenAsync(run, cancellation).ConfigureAwait(false);
        var threads = (int)Math.Min(said.GetRequiredValue(_threads), count);
        using var pool = model.Start(threads, new Decoding(LeaveOutAsync), time);
        using var output = OutputOf(said, model, console);
        var application = new Application(model, pool, window: 16 + (4 * threads));
        string? only = null;

        async Task<long> ApplyAsync(IRunProgress progress)
        {
            using var scope = progress.Begin("apply", count);
            return await application.RunAsync(
                images.ListAsync(cancellation),
                image =>
                {
                    scope.ImagesDone(1);
                    if (image.Rejected is null)
                        output.Add(image);
                    else if (count == 1)
                        only = image.Rejected;
                    else
                        progress.Say($"rejected '{Printable.Excerpt(image.Image, 260)}': {Printable.Excerpt(image.Rejected, 300)}");
                },
                cancellation).ConfigureAwait(false);
        }

        var rejected = count < ManyImages ? await ApplyAsync(new QuietProgress(console.Error)).ConfigureAwait(false)
            : BarProgress.HasRoom && (Console.IsOutputRedirected || said.GetValue(_output) is not null)
                ? await BarProgress.ShowAsync(BarProgress.Terminal(console.Error), time, ApplyAsync).ConfigureAwait(false)
                : await ApplyAsync(new LineProgress(console.Error, time)).ConfigureAwait(false);
        if (only is not null)
            throw new PomonaException(ExitCode.Input, $"'{Printable.Excerpt(said.GetRequiredValue(_images)[0], 260)}' could not be used: {only}.");
        if (rejected == count)
        {
            throw new PomonaException(ExitCode.Input, string.Create(
                CultureInfo.InvariantCulture, $"none of the {count:N0} images could be used: the lines above say why."));
        }

        output.Complete();
        if (rejected > 0)
            console.Error.WriteLine($"pomona: {ShownNumbers.Count(rejected)} of {ShownNumbers.Count(count, "image", "images")} could not be used: the lines above say why.");
        return (int)ExitCode.Success;
    });

    private IAppliedOutput OutputOf(ParseResult said, AppliedModel model, InvocationConfiguration console)
        => said.GetValue(_output) is { } path ? new AppliedFile(path, model.Classifier.Components)
            : said.GetValue(_json) ? new AppliedJson(console.Output)
            : new AppliedCsv(console.Output, model.Classifier.Components);

    private static Task LeaveOutAsync(string sentence)
    {
        Console.Error.WriteLine($"pomona: {sentence}: apply the model without it.");
        return ProcessEnd.StopAsync(ExitCode.Input);
    }
}
