using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.FunctionHost;
using Pomona.Shards;
using Pomona.Storage;

namespace Pomona.Bench;

/// <summary>
/// A process of RunShards' over folders, as a process of its own, so that it can be given so many processors, and its start be measured: the
/// calls that the workflow would make, one after the other, each with what it took.
/// </summary>
internal static class FunctionCalls
{
    public const string Command = "function-calls";

    /// <summary>All calls of a run.</summary>
    public const string Whole = "whole";

    /// <summary>Only the first, which says what is to be done.</summary>
    public const string Begin = "begin";

    /// <summary>Only the first shard of a run that has begun.</summary>
    public const string OneShard = "one-shard";

    private const string Bucket = "pomona-bench";
    private const string Run = "20261121T130455Z-3f9a2c1b";

    /// <summary>Makes the calls; a line for each: what, how many shards, seconds of processor and clock, the process' largest memory in bytes.</summary>
    public static async Task<int> RunAsync(string which, string folder, string memory)
    {
        var megabytes = int.Parse(memory, CultureInfo.InvariantCulture);
        var (input, output) = ($"s3://{Bucket}/datasets/photos/", $"s3://{Bucket}/runs/photos/{Run}/");
        var bundle = $"s3://{Bucket}/artifacts/{await File.ReadAllTextAsync(Path.Combine(folder, "bundle.name"))}/";
        var photos = await File.ReadAllTextAsync(Path.Combine(folder, "input.path"));
        var function = new RunShards(
            new ShardsSettings(Bucket, megabytes),
            (address, isClosed) => new FolderStore(address == input ? photos : Path.Combine(folder, address == output ? "output" : "bundle"), isClosed),
            Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName,
            TimeProvider.System);
        var request = new ShardsRequest(
            ShardsRequest.Next, Parsed<DatasetName>("photos"), Parsed<RunId>(Run), input, output, Components: 50, JobArguments.On, JobArguments.Exact, bundle);
        if (which == OneShard)
        {
            await CallAsync("extract", 1, request with { Do = ShardsRequest.Work, Stage = "extract", From = 0, To = 1 });
            return 0;
        }

        var answer = await CallAsync(ShardsRequest.Next, 0, request);
        while (which == Whole && answer.Verdict == ShardsAnswer.WorkLeft)
        {
            foreach (var batch in answer.Batches!)
                await CallAsync(answer.Stage!, batch.To - batch.From, request with { Do = ShardsRequest.Work, Stage = answer.Stage, From = batch.From, To = batch.To });
            answer = await CallAsync(ShardsRequest.Next, 0, request with { Round = answer.Round, Stages = answer.Stages });
        }

        return 0;

        async Task<ShardsAnswer> CallAsync(string what, int shards, ShardsRequest call)
        {
            using var process = Process.GetCurrentProcess();
            var (cpu, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
            var answered = await function.HandleAsync(call, new HostContext("request"));
            process.Refresh();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what} {shards} {(process.TotalProcessorTime - cpu).TotalSeconds:0.000} {Stopwatch.GetElapsedTime(started).TotalSeconds:0.000} {process.TotalProcessorTime.TotalSeconds:0.000} {process.PeakWorkingSet64}"));
            return answered;
        }
    }

    private static T Parsed<T>(string text) => JsonSerializer.Deserialize<T>($"\"{text}\"")!;
}
