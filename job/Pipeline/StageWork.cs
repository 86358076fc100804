using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// One process's part in a run: its settings, its stores, and the pool of inference threads, made when first needed.
/// </summary>
internal sealed class StageWork : IDisposable
{
    private readonly RunInput _input;
    private readonly IStore _output;
    private readonly RunSettings _settings;
    private readonly TimeProvider _time;
    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private ExtractionPool? _pool;

    /// <summary>Works between the given stores, which the caller disposes of.</summary>
    public StageWork(RunSettings settings, RunInput input, IStore output, TimeProvider time)
    {
        _settings = settings;
        _input = input;
        _output = output;
        _time = time;
    }

    /// <summary>
    /// Does the stage's work for one shard or group, unless its result is already there. The result is the same whoever does
    /// it, when and how often.
    /// </summary>
    public Task RunAsync(Stage stage, int number, IStageProgress progress, CancellationToken cancellation) => stage switch
    {
        Stage.Extract => ExtractStage.RunAsync(_settings, number, _input, _output, Pool, progress, _time, cancellation),
        Stage.Fit => FitStage.RunAsync(_settings, number, _output, progress, cancellation),
        Stage.Reduce => ReduceStage.RunAsync(number, _output, progress, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "there is no such stage"),
    };

    /// <summary>Ends the inference threads and gives the session's memory back, once extraction is over.</summary>
    public void Dispose()
    {
        lock (_gate)
            _pool?.Dispose();
    }

    /// <summary>The pool; when it cannot be made, the next that asks tries again.</summary>
    private ExtractionPool Pool()
    {
        lock (_gate)
            return _pool ??= new ExtractionPool(_settings);
    }
}
