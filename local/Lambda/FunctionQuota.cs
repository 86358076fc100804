using Pomona.Local.Account;

namespace Pomona.Local.Lambda;

/// <summary>How many invocations the account may have at once, those of all functions together.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html</remarks>
internal sealed class FunctionQuota(LocalSettings settings)
{
    private int _free = settings.FunctionQuota;

    /// <summary>Takes a place; false where there is none.</summary>
    public bool TryTake()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
            return true;
        Interlocked.Increment(ref _free);
        return false;
    }

    public void GiveBack() => Interlocked.Increment(ref _free);
}
