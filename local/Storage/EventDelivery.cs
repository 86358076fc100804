using System.Collections.Concurrent;
using Pomona.Local.Events;

namespace Pomona.Local.Storage;

/// <summary>Delivers buckets' events to the targets of their notification configurations.</summary>
internal sealed class EventDelivery(
    BucketNotifications notifications, EventTargets targets, TimeProvider clock, ILogger<EventDelivery> log) : IDisposable
{
    private readonly CancellationTokenSource _down = new();
    private readonly ConcurrentDictionary<long, Task> _underWay = new();
    private readonly Lock _gate = new();
    private Random _delays = new(1);
    private DeliverySettings _settings = new();
    private long _events;
    private long _deliveries;

    /// <summary>How many deliveries have not been made yet.</summary>
    public int UnderWay => _underWay.Count;

    /// <summary>How events are delivered from now on.</summary>
    public DeliverySettings Settings
    {
        get
        {
            lock (_gate)
                return _settings;
        }

        set
        {
            lock (_gate)
            {
                _settings = value;
                _delays = new Random(value.Seed);
            }
        }
    }

    /// <summary>Delivers the event to whoever asked for it.</summary>
    public void Deliver(ObjectCreated written)
    {
        foreach (var rule in notifications.Of(written.Bucket).Where(rule => rule.Wants(written.EventName, written.Key)))
        {
            var times = Settings is { DuplicateOneIn: > 0 and var often } && Interlocked.Increment(ref _events) % often == 0 ? 2 : 1;
            for (var i = 0; i < times; i++)
                Start(rule, written);
        }
    }

    /// <summary>Ends what is under way.</summary>
    public async Task StopAsync()
    {
        await _down.CancelAsync();
        await Task.WhenAll(_underWay.Values);
    }

    /// <inheritdoc/>
    public void Dispose() => _down.Dispose();

    private void Start(NotificationRule rule, ObjectCreated written)
    {
        TimeSpan delay;
        lock (_gate)
            delay = _settings.LongestDelay * _delays.NextDouble();
        var id = Interlocked.Increment(ref _deliveries);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay[id] = SendAsync(id, rule, written, delay, entered.Task);
        entered.SetResult();
    }

    private async Task SendAsync(long id, NotificationRule rule, ObjectCreated written, TimeSpan delay, Task entered)
    {
        await entered;
        try
        {
            await Task.Delay(delay, clock, _down.Token);
            await targets.DeliverAsync(rule.Target, written.Notification(rule.Id).ToJsonString(), _down.Token);
        }
        catch (OperationCanceledException) when (_down.IsCancellationRequested)
        {
            // The account goes down.
        }
        catch (Exception fault)
        {
            log.LogWarning("The event of {Key} could not reach {Target}: {Reason}", written.Key, rule.Target, fault.Message);
        }
        finally
        {
            _underWay.TryRemove(id, out _);
        }
    }
}
