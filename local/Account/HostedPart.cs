using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Pomona.Local.Account;

/// <summary>
/// A part of the account with a life of its own. The host starts the parts in the order in which they were added, once the
/// front listens, and stops them in the opposite order while it still answers: what stops may call what was there before it.
/// </summary>
internal abstract class HostedPart : IHostedLifecycleService
{
    public virtual Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A part whose work goes on after whoever asked for it has his answer, until it is done or the account goes down.</summary>
/// <param name="log">Told of work that failed: nobody else hears of it.</param>
internal abstract class BackgroundWork(ILogger log) : HostedPart, IDisposable
{
    private readonly CancellationTokenSource _down = new();
    private readonly ConcurrentDictionary<object, Task> _underWay = new();

    /// <summary>How much of it is not done yet.</summary>
    public int Pending => _underWay.Count;

    public override async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _down.CancelAsync();
        await Task.WhenAll(_underWay.Values);
    }

    public void Dispose() => _down.Dispose();

    /// <summary>Begins some work.</summary>
    /// <param name="what">What the log calls it: <c>The event of a key</c>.</param>
    /// <param name="work">The work; its token is cancelled when the account goes down.</param>
    protected void Begin(string what, Func<CancellationToken, Task> work)
    {
        var id = new object();
        // Whoever removes the entry must find it: the work waits until it is in the table.
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay[id] = RunAsync(id, what, work, entered.Task);
        entered.SetResult();
    }

    private async Task RunAsync(object id, string what, Func<CancellationToken, Task> work, Task entered)
    {
        await entered;
        try
        {
            await work(_down.Token);
        }
        catch (OperationCanceledException) when (_down.IsCancellationRequested)
        {
            // The account goes down, and the work with it.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "{What} was lost.", what);
        }
        finally
        {
            _underWay.TryRemove(id, out _);
        }
    }
}

internal static class HostedParts
{
    /// <summary>Adds a part that the host starts and stops.</summary>
    public static IServiceCollection AddPart<T>(this IServiceCollection services)
        where T : HostedPart => services.AddSingleton<T>().AddSingleton<IHostedService>(provider => provider.GetRequiredService<T>());
}
