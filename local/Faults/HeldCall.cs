namespace Pomona.Local.Faults;

/// <summary>A call that waits to be let in.</summary>
internal sealed class HeldCall
{
    private readonly TaskCompletionSource _letIn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it may go on.</summary>
    public Task LetIn => _letIn.Task;

    /// <summary>Lets it go on.</summary>
    public void Release() => _letIn.TrySetResult();
}
