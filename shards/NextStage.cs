using System.CommandLine;
using System.Globalization;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Job.Commands;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Storage;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Shards;

/// <summary>
/// The driver's part of a run, a call at a time: everything up to the next stage that shards are left of. What is done stands in
/// the run's ledger, so that each call begins where the one before ended, whoever that was.
/// </summary>
/// <param name="input">The data set.</param>
/// <param name="output">The run's folder.</param>
/// <param name="model">The model's file.</param>
/// <param name="threads">Threads that compute.</param>
/// <param name="time">The clock.</param>
internal sealed class NextStage(IStore input, IStore output, string model, int threads, TimeProvider time)
{
    public async Task<ShardsAnswer> RunAsync(ShardsRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        var clocks = new StageClocks(time, request.Round == 0 ? [] : request.Stages ?? []);
        var engine = new HandingOutEngine((work, count, token) => FinishedShards.LeftAsync(output, Enum.Parse<Stage>(work), count, token));
        var resolved = await new ModelCatalog(new ModelCatalogOptions { Model = model }).ResolveAsync(null, cancellation);
        var pipeline = new RunPipeline(Asked(request), resolved, input, output, engine, new LoggedProgress(log), time)
        {
            Clocks = clocks,
            Decoding = new Decoding(ProcessEnd.ForAnotherWorkerAsync),
        };
        try
        {
            var marker = await pipeline.RunAsync(cancellation);
            log.LogInformation("Run {run} is published: {images} images", request.Run.Value, marker.Summary.Images);
            return new ShardsAnswer(ShardsAnswer.Finished, Round: request.Round + 1, Batches: [], Stages: clocks.All, Summary: marker.Summary);
        }
        catch (WorkHandedOutException left)
        {
            var stage = Enum.Parse<Stage>(left.Work);
            var batches = ShardBatch.Cut(
                left.Numbers, stage == Stage.Extract ? Math.Max(1, request.ShardsPerBatch) : Math.Max(1, (left.Numbers.Count + ShardBatch.MostLater - 1) / ShardBatch.MostLater));
            log.LogInformation("Run {run}: {left} of {count} of {stage} in {batches} batches", request.Run.Value, left.Numbers.Count, left.Count, left.Work, batches.Count);
            return new ShardsAnswer(ShardsAnswer.WorkLeft, NameOf(stage), request.Round + 1, batches, clocks.All);
        }
    }

    /// <summary>As the workflow writes it.</summary>
    public static string NameOf(Stage stage) => stage switch
    {
        Stage.Extract => RunStage.Extract,
        Stage.Fit => RunStage.Fit,
        Stage.Reduce => RunStage.Reduce,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "there is no such stage"),
    };

    /// <summary>What the step on a cluster asks for, by the same words, so that either goes on with what the other began.</summary>
    private RunRequest Asked(ShardsRequest request)
    {
        var command = new Command(JobArguments.Command);
        var arguments = new RunArguments(command);
        var said = command.Parse(
        [
            request.InputUri, JobArguments.Output, request.OutputUri,
            JobArguments.Components, request.Components.ToString(),
            JobArguments.ExifRotation, request.ExifRotation, JobArguments.Decode, request.Decode,
            "--model", model, "--threads", threads.ToString(CultureInfo.InvariantCulture), JobArguments.UseSnapshot,
            .. request.ExecutionArn is { } execution ? (string[])[JobArguments.ExecutionArn, execution] : [],
        ]);
        return said.Errors.Count == 0
            ? arguments.Request(said)
            : throw new RunRefusedException($"The run cannot be asked for so: {said.Errors[0].Message.TrimEnd('.')}.");
    }

    /// <summary>What a run says goes to the function's log; how far it is, the calls themselves tell.</summary>
    private sealed class LoggedProgress(ILambdaLogger log) : IRunProgress
    {
        private readonly Job.Progress.NoProgress _inner = new();

        public IStageProgress Begin(string stage, long images) => _inner.Begin(stage, images);

        public void Say(string line) => log.LogInformation(line);
    }
}
