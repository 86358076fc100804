using System.Collections.Concurrent;
using Pomona.Local.Account;
using Pomona.Local.EventBridge;

namespace Pomona.Local.S3;

/// <summary>Delivers buckets' events to the targets of their notification configurations.</summary>
internal sealed class EventDelivery(
    BucketNotifications notifications, EventTargets targets, EventBus bus, TimeProvider clock, ILogger<EventDelivery> log) : BackgroundWork(log)
{
    private readonly Lock _gate = new();
    private Random _delays = new(1);
    private DeliverySettings _settings = new();
    private long _events;

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
        var notification = notifications.Of(written.Bucket);
        foreach (var rule in notification.Rules.Where(rule => rule.Wants(written.EventName, written.Key)))
            Start(rule.Target, written, down => targets.DeliverAsync(rule.Target, written.Notification(rule.Id).ToJsonString(), down));
        if (notification.ToEventBridge)
            Start("EventBridge", written, down => bus.PublishAsync(written.ToBusEvent(), down));
    }

    private void Start(string target, ObjectCreated written, Func<CancellationToken, Task> deliver)
    {
        var times = Settings is { DuplicateOneIn: > 0 and var often } && Interlocked.Increment(ref _events) % often == 0 ? 2 : 1;
        for (var i = 0; i < times; i++)
        {
            TimeSpan delay;
            lock (_gate)
                delay = _settings.LongestDelay * _delays.NextDouble();
            Begin($"The event of {written.Key} for {target}", async down =>
            {
                await Task.Delay(delay, clock, down);
                await deliver(down);
            });
        }
    }
}

/// <summary>How badly S3 delivers its events: it promises at least once, in no order, at some time.</summary>
/// <param name="DuplicateOneIn">Every n-th event is delivered twice; 0 for none.</param>
/// <param name="LongestDelay">Each delivery is delayed by a random time up to this, which also reorders them.</param>
/// <param name="Seed">Makes the delays.</param>
internal sealed record DeliverySettings(int DuplicateOneIn = 0, TimeSpan LongestDelay = default, int Seed = 1);
