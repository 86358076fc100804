using System.CommandLine;
using System.Globalization;
using Pomona.CommandLine;
using Pomona.Contracts;
using Spectre.Console;

namespace Pomona.Samples;

/// <summary><c>pomona samples DIR</c>: draws ten classes of fruit to try everything on.</summary>
internal static class SamplesCommand
{
    public static Task<int> Main(string[] args) => CommandLineProgram.InvokeAsync(
        new RootCommand("Draws images to try Pomona on.") { Create(TimeProvider.System) }, args, new InvocationConfiguration());

    /// <param name="time">Measures how long the drawing took.</param>
    public static Command Create(TimeProvider time)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder to draw into: new, empty, or of earlier samples" };
        var count = NumberOption.Whole("--count", "N", "Images of each class", 100, 1, 100_000);
        var seed = NumberOption.Whole("--seed", "S", "Another seed draws other fruit; the same one, the same", 1, int.MinValue, int.MaxValue);
        var size = NumberOption.Whole("--size", "PX", "Width and height in pixels", 100, 16, 2048);
        var command = new Command("samples", "Draw ten classes of fruit, as JPEGs, to try Pomona on")
        {
            folder, count, seed, size,
        };

        command.SetAction((arguments, cancellation) =>
        {
            Draw(
                time,
                arguments.GetRequiredValue(folder),
                arguments.GetRequiredValue(count),
                arguments.GetRequiredValue(seed),
                arguments.GetRequiredValue(size),
                arguments.InvocationConfiguration.Output,
                arguments.InvocationConfiguration.Error,
                cancellation);
            return Task.CompletedTask;
        });
        return command;
    }

    private static void Draw(
        TimeProvider time, string folder, int count, int seed, int size, TextWriter output, TextWriter error,
        CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var images = (long)count * SampleClass.All.Count;
        try
        {
            if (Console.IsErrorRedirected)
            {
                SampleFolder.Write(folder, count, seed, size, () => { }, cancellation);
            }
            else
            {
                AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) })
                    .Progress().AutoClear(true)
                    .Start(progress =>
                    {
                        var task = progress.AddTask("Drawing", maxValue: images);
                        SampleFolder.Write(folder, count, seed, size, () => task.Increment(1), cancellation);
                    });
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new PomonaException(
                ExitCode.Output,
                $"the samples could not be written: {Printable.Excerpt(failed.Message, 400)} Name a folder that can be.",
                failed);
        }
        catch (OperationCanceledException)
        {
            throw new PomonaException(
                ExitCode.Cancelled, $"stopped: {Printable.Excerpt(folder)} is as it was; the same command starts again.");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Drew {images:N0} {(images == 1 ? "image" : "images")} of {SampleClass.All.Count} classes ({size} × {size} pixels, seed {seed}) into "
            + $"{Printable.Excerpt(folder)} in {time.GetElapsedTime(start).TotalSeconds:F1} s."));
        output.WriteLine($"Next: ./pomona run {Printable.Excerpt(folder)}");
    }
}
