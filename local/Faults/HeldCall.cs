using Pomona.Local.Front;

namespace Pomona.Local.Faults;

/// <summary>A call that waits to be let in.</summary>
internal sealed class HeldCall(AwsCall call)
{
    private readonly TaskCompletionSource _letIn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The call.</summary>
    public AwsCall Call => call;

    /// <summary>Completes when it may go on.</summary>
    public Task LetIn => _letIn.Task;

    /// <summary>Lets it go on.</summary>
    public void Release() => _letIn.TrySetResult();
}
