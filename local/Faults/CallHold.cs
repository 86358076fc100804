using System.Threading.Channels;

namespace Pomona.Local.Faults;

/// <summary>Where calls wait that an <see cref="ApiFault.Hold"/> holds up: their callers are stopped at exactly that moment.</summary>
internal sealed class CallHold
{
    private readonly Channel<HeldCall> _held = Channel.CreateUnbounded<HeldCall>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next call that is held.</summary>
    public ValueTask<HeldCall> NextAsync(CancellationToken cancellation) => _held.Reader.ReadAsync(cancellation);

    /// <summary>Holds a call until it is let in, all are, or its caller has gone.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var held = new HeldCall();
        _held.Writer.TryWrite(held);
        await Task.WhenAny(held.LetIn, _ended.Task).WaitAsync(cancellation);
    }

    /// <summary>Lets all calls in, those that still come too.</summary>
    public void End() => _ended.TrySetResult();
}

/// <summary>A call that waits to be let in.</summary>
internal sealed class HeldCall
{
    private readonly TaskCompletionSource _letIn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it may go on.</summary>
    public Task LetIn => _letIn.Task;

    public void Release() => _letIn.TrySetResult();
}
