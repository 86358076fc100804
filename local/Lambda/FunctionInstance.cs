using System.Globalization;
using System.Threading.Channels;
using Pomona.Local.Processes;

namespace Pomona.Local.Lambda;

/// <summary>
/// One process that runs a function, one event at a time, through the Lambda Runtime API. It ends when an invocation
/// exceeds the function's time, memory or temporary folder, as Lambda's sandboxes do, and a new one takes its place.
/// </summary>
internal sealed class FunctionInstance : IAsyncDisposable
{
    /// <summary>What the runtime prints after an invocation's own output, with a line break.</summary>
    public const string EndOfLog = "\u0001end";

    // Lambda allows ten seconds of its own processors; a laptop may be busy with the job at the same time.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MemoryCheckPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DiskCheckPeriod = TimeSpan.FromSeconds(1);

    private readonly Channel<Invocation> _work = Channel.CreateBounded<Invocation>(1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FunctionLog _log;
    private readonly TimeProvider _clock;
    private TaskCompletionSource _logEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<(byte[] Payload, bool Failed)>? _answer;
    private string? _requestId;
    private byte[]? _startError;
    private GuardedProcess? _process;
    private int _pid;

    public FunctionInstance(string id, FunctionDefinition function, DirectoryInfo temporary, FunctionLog log, TimeProvider clock)
    {
        Id = id;
        Function = function;
        Temporary = temporary;
        _log = log;
        _clock = clock;
    }

    public string Id { get; }

    public FunctionDefinition Function { get; }

    /// <summary>Its own folder for temporary files, which ends with it.</summary>
    public DirectoryInfo Temporary { get; }

    /// <summary>The event that it is at; null while it waits for one.</summary>
    public Invocation? Current { get; private set; }

    /// <summary>The process, once it has asked for an event; 0 before.</summary>
    public int Pid => _pid;

    /// <summary>Whether it can take an event.</summary>
    public bool Alive => _process is { Exited.IsCompleted: false };

    /// <summary>Its exit code, once it has ended.</summary>
    public Task<int> Exited => _process!.Exited;

    public void Begin(ProcessPlan plan) => _process = GuardedProcess.Start(plan, Output, _log.Write);

    /// <summary>Gives the event to the process and waits for the answer, the timeout, or the process's end.</summary>
    public async Task<InvocationResult> InvokeAsync(Invocation invocation, CancellationToken cancellation)
    {
        _log.Begin();
        if (!await StartedAsync(cancellation))
        {
            await StopAsync();
            return Failed(_startError ?? FunctionError.Exited(invocation.RequestId, await Exited));
        }

        var started = _clock.GetTimestamp();
        _logEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = new TaskCompletionSource<(byte[], bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requestId = invocation.RequestId;
        Current = invocation;
        _log.Write($"START RequestId: {invocation.RequestId} Version: $LATEST");
        await _work.Writer.WriteAsync(invocation, cancellation);

        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var overMemory = OverMemoryAsync(watch.Token);
        var overDisk = OverDiskAsync(watch.Token);
        var timeout = Task.Delay(Function.Timeout, _clock, watch.Token);
        var first = await Task.WhenAny(_answer.Task, Exited, overMemory, overDisk, timeout);
        await watch.CancelAsync();
        Current = null;
        if (first == _answer.Task)
        {
            // The pipe may still hold what the function printed before it answered.
            await Task.WhenAny(_logEnded.Task, Exited);
            Report(invocation, started);
            var (payload, failed) = await _answer.Task;
            return new InvocationResult(payload, failed ? FunctionError.Unhandled : null, _log.Tail());
        }

        cancellation.ThrowIfCancellationRequested();
        byte[] error;
        if (first == timeout)
            error = FunctionError.TimedOut(invocation.RequestId, Function.Timeout);
        else if (first == overMemory)
            error = FunctionError.OutOfMemory(invocation.RequestId);
        else if (first == overDisk)
            error = FunctionError.DiskFull(invocation.RequestId, Function.DiskMegabytes);
        else
            error = FunctionError.Exited(invocation.RequestId, await Exited);
        Report(invocation, started);
        await StopAsync();
        return Failed(error);
    }

    /// <summary>The next event, for the Runtime API.</summary>
    /// <param name="pid">The process that asks.</param>
    /// <param name="cancellation">The process went away.</param>
    public ValueTask<Invocation> NextAsync(int pid, CancellationToken cancellation)
    {
        _pid = pid;
        _ready.TrySetResult();
        return _work.Reader.ReadAsync(cancellation);
    }

    /// <summary>The function's answer or error, for the Runtime API; false when it is not this invocation's.</summary>
    public bool Answer(string requestId, byte[] payload, bool failed) =>
        requestId == _requestId && _answer is { } answer && answer.TrySetResult((payload, failed));

    /// <summary>The runtime could not load the function, for the Runtime API.</summary>
    public void StartFailed(byte[] error) => _startError = error;

    public Task StopAsync() => _process!.StopAsync();

    public ValueTask DisposeAsync() => _process!.DisposeAsync();

    private async Task<bool> StartedAsync(CancellationToken cancellation)
    {
        await Task.WhenAny(_ready.Task, Exited, Task.Delay(LongestStart, _clock, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return _ready.Task.IsCompleted && Alive;
    }

    private async Task OverMemoryAsync(CancellationToken cancellation)
    {
        while (ResidentMegabytes("VmRSS:") <= Function.MemoryMegabytes)
            await Task.Delay(MemoryCheckPeriod, _clock, cancellation);
    }

    private async Task OverDiskAsync(CancellationToken cancellation)
    {
        while (TemporaryBytes() <= Function.DiskMegabytes * 1024L * 1024)
            await Task.Delay(DiskCheckPeriod, _clock, cancellation);
    }

    private long TemporaryBytes()
    {
        try
        {
            return Temporary.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);
        }
        catch (IOException)
        {
            return 0; // a file that was written aside went while we looked
        }
    }

    private void Report(Invocation invocation, long started)
    {
        var duration = _clock.GetElapsedTime(started).TotalMilliseconds;
        _log.Write($"END RequestId: {invocation.RequestId}");
        _log.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"REPORT RequestId: {invocation.RequestId}\tDuration: {duration:0.00} ms\tBilled Duration: {Math.Ceiling(duration)} ms"
            + $"\tMemory Size: {Function.MemoryMegabytes} MB\tMax Memory Used: {ResidentMegabytes("VmHWM:")} MB"));
    }

    private InvocationResult Failed(byte[] error) => new(error, FunctionError.Unhandled, _log.Tail());

    private void Output(string line)
    {
        if (!line.EndsWith(EndOfLog, StringComparison.Ordinal))
        {
            _log.Write(line);
            return;
        }

        // What a function prints last need not end its line.
        if (line.Length > EndOfLog.Length)
            _log.Write(line[..^EndOfLog.Length]);
        _logEnded.TrySetResult();
    }

    // The file vanishes with the process.
    private int ResidentMegabytes(string field)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{_pid}/status"))
            {
                if (line.StartsWith(field, StringComparison.Ordinal))
                    return int.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
            }
        }
        catch (IOException)
        {
        }

        return 0;
    }
}
