using Pomona.Contracts;
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
    private readonly Decoding _decoding;
    private readonly bool _isSeenInStore;
    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private readonly Ledger _ledger;
    private ExtractionPool? _pool;
    private RunPlan? _plan;
    private ExtractStage? _extract;
    private readonly SemaphoreSlim _opening = new(1);
    private EarlierParts? _earlier;

    /// <summary>Works between the given stores, which the caller disposes of.</summary>
    /// <param name="settings">The run's.</param>
    /// <param name="input">Where images are read.</param>
    /// <param name="output">The run's folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="decoding">How this process decodes.</param>
    /// <param name="isSeenInStore">Whether the driver is another process, which sees of this one only what is in the store.</param>
    public StageWork(
        RunSettings settings, RunInput input, IStore output, TimeProvider time, Decoding decoding, bool isSeenInStore)
    {
        _decoding = decoding;
        _isSeenInStore = isSeenInStore;
        _settings = settings;
        _input = input;
        _output = output;
        _ledger = new Ledger(output, settings.Run);
        _time = time;
    }

    /// <summary>Opens the store of the run that is taken over from, by its address.</summary>
    public Func<string, IStore> OpenEarlier { get; init; } = static address => StoreAddress.Open(address);

    /// <summary>
    /// Does the stage's work for one shard or group, unless its result is already there. The result is the same whoever does
    /// it, when and how often.
    /// </summary>
    public async Task RunAsync(Stage stage, int number, IStageProgress progress, CancellationToken cancellation)
    {
        var plan = _plan ??= await PlanFile.ReadAsync(_output, cancellation).ConfigureAwait(false);
        await (stage switch
        {
            Stage.Extract => ExtractAsync(number, plan, progress, cancellation),
            Stage.Fit => FitStage.RunAsync(_settings, number, plan, _ledger, progress, cancellation),
            Stage.Reduce => ReduceStage.RunAsync(number, _ledger, progress, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "there is no such stage"),
        }).ConfigureAwait(false);
    }

    private async Task ExtractAsync(int shard, RunPlan plan, IStageProgress progress, CancellationToken cancellation)
    {
        var extract = _extract ??= new ExtractStage(
            _settings, plan, await SampleFile.ReadAsync(_output, cancellation).ConfigureAwait(false), _input, _output, _time)
        {
            Pool = Pool,
            Earlier = token => EarlierAsync(plan, token),
            IsSeenInStore = _isSeenInStore,
        };
        await extract.RunAsync(shard, progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends the inference threads and gives the session's memory back, once extraction is over.</summary>
    public void Dispose()
    {
        lock (_gate)
            _pool?.Dispose();
        _earlier?.Dispose();
        _opening.Dispose();
    }

    /// <summary>The run that is taken over from; null where none is. Opened once a process.</summary>
    private async Task<EarlierParts?> EarlierAsync(RunPlan plan, CancellationToken cancellation)
    {
        if (plan.Since is not { } since || _earlier is not null)
            return _earlier;
        await _opening.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _earlier ??= await EarlierParts.OpenAsync(since, _settings, OpenEarlier, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The pool; when it cannot be made, the next that asks tries again.</summary>
    private ExtractionPool Pool()
    {
        lock (_gate)
            return _pool ??= new ExtractionPool(_settings, _decoding, _time);
    }
}
