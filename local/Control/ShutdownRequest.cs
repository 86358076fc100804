namespace Pomona.Local.Control;

/// <summary>Somebody asked the account to go down.</summary>
internal sealed class ShutdownRequest
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it was asked for.</summary>
    public Task Asked => _asked.Task;

    public void Ask() => _asked.TrySetResult();
}
