using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Runs;
using Pomona.Job.Workers;
using Pomona.Storage;

namespace Pomona.Shards;

/// <summary>A task's part in a run: works on batches of its shards, one shard after the other, for as long as the call has time.</summary>
internal sealed class BatchWork : IDisposable
{
    /// <summary>What is left of a call's time for its answer, and for what a shard takes longer than the one before.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    private readonly string _run;
    private readonly IStore _input;
    private readonly IStore _output;
    private readonly StageWork _work;
    private readonly TimeProvider _time;

    private BatchWork(string run, IStore input, IStore output, StageWork work, TimeProvider time)
        => (_run, _input, _output, _work, _time) = (run, input, output, work, time);

    /// <summary>Takes part in the run that the request names.</summary>
    /// <exception cref="RunRefusedException">No run of these folders has begun there.</exception>
    public static async Task<BatchWork> OpenAsync(
        ShardsRequest request, Func<string, bool, IStore> open, string model, int threads, TimeProvider time, CancellationToken cancellation)
    {
        var input = open(request.InputUri, true);
        var output = open(request.OutputUri, false);
        try
        {
            using var written = await output.ReadAsync(RunLayout.Settings, etag: null, cancellation);
            var settings = RunSettings.FromJson(written.Span);
            if (settings.Input != input.Address || settings.Output != output.Address)
                throw new RunRefusedException($"{output.Address}{RunLayout.Settings} is of a run of {Printable.Excerpt(settings.Input)} in {Printable.Excerpt(settings.Output)}, and not of this one.");
            return new BatchWork(
                Key(request),
                input,
                output,
                new StageWork(
                    settings with { ModelPath = model, Threads = threads }, new RunInput(input), output, time, new Decoding(ProcessEnd.ForAnotherWorkerAsync),
                    isSeenInStore: true),
                time);
        }
        catch (StoreException failure) when (failure.Fault == StoreFault.Missing)
        {
            Close();
            throw new RunRefusedException($"{output.Address}{RunLayout.Settings} is not there: no run has begun in this folder, or it was removed.", failure);
        }
        catch
        {
            Close();
            throw;
        }

        void Close()
        {
            input.Dispose();
            output.Dispose();
        }
    }

    /// <summary>Whether it is part of the run that a request names.</summary>
    public bool IsOf(ShardsRequest request) => _run == Key(request);

    /// <summary>Works on numbers until they are done, or until the next might not be within the call's time.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="from">The first number.</param>
    /// <param name="to">The number after the last.</param>
    /// <param name="left">How much time the call has left; zero where it has no limit.</param>
    /// <param name="log">The log.</param>
    public async Task<ShardsAnswer> RunAsync(Stage stage, int from, int to, Func<TimeSpan> left, ILambdaLogger log)
    {
        var longest = TimeSpan.Zero;
        for (var number = from; number < to; number++)
        {
            if (number > from && left() is var time && time > TimeSpan.Zero && time < longest + Margin)
                return new ShardsAnswer(ShardsAnswer.More, NextStage.NameOf(stage), Batches: [], From: number, To: to);
            var started = _time.GetTimestamp();
            try
            {
                await _work.RunAsync(stage, number, new NoProgress().Begin(stage.ToString(), 0), CancellationToken.None);
            }
            catch (Exception failure)
            {
                throw ShardFailure.Of(stage.ToString(), number, failure).ToException(failure, "the function's log holds");
            }

            var took = _time.GetElapsedTime(started);
            longest = took > longest ? took : longest;
            log.LogInformation("{stage} of shard {number}: {seconds} s", NextStage.NameOf(stage), number, Math.Round(took.TotalSeconds, 1));
        }

        return new ShardsAnswer(ShardsAnswer.Done, NextStage.NameOf(stage), Batches: [], From: to, To: to);
    }

    public void Dispose()
    {
        _work.Dispose();
        _input.Dispose();
        _output.Dispose();
    }

    private static string Key(ShardsRequest request) => $"{request.OutputUri} {request.Artifacts}";
}
