using Pomona.Local.Account;

namespace Pomona.Local.Lambda;

/// <summary>
/// How many invocations the account may have at once, those of all functions together. A call beyond it is refused; Lambda's own
/// queue of events waits.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html</remarks>
internal sealed class FunctionQuota(LocalSettings settings) : IDisposable
{
    private readonly SemaphoreSlim _free = new(settings.FunctionQuota);

    /// <summary>Takes a place; false where there is none and the caller is not to wait.</summary>
    public async Task<bool> TakeAsync(bool waits, CancellationToken cancellation)
    {
        if (!waits)
            return _free.Wait(0, cancellation);
        await _free.WaitAsync(cancellation);
        return true;
    }

    /// <summary>Gives a place back.</summary>
    public void GiveBack() => _free.Release();

    public void Dispose() => _free.Dispose();
}
