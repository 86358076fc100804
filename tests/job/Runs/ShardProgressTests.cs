using System.Text;
using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Runs;
using Pomona.Job.Workflow;
using Pomona.Storage;

namespace Pomona.Job.Tests.Runs;

public sealed class ShardProgressTests : IDisposable
{
    private static readonly RunPlan Plan = new("in/", 1024, 1024, 2, 512, 0, "f");

    private readonly MemoryStore _output = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _writes = [];

    public ShardProgressTests() => _output.Before = (what, key) =>
    {
        if (what is not ("get" or "list"))
            _writes.Add(key);
    };

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task A_shard_under_way_gives_a_sign_at_most_once_a_minute_and_takes_it_away_at_its_end()
    {
        await using (var shard = new ShardProgress(_output, "run", 3, _time))
        {
            for (var second = 0; second < 150; second++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                shard.ImageDone();
            }

            Assert.Equal([RunLayout.Progress(3), RunLayout.Progress(3)], _writes);
            Assert.Equal("""{"run":"run","imagesDone":120}""", Encoding.UTF8.GetString(_output[RunLayout.Progress(3)]));
        }

        Assert.Empty(_output.Keys);
    }

    [Fact]
    public async Task A_shard_of_less_than_a_minute_writes_nothing()
    {
        await using (var shard = new ShardProgress(_output, "run", 0, _time))
            shard.ImageDone();

        Assert.Empty(_writes);
    }

    [Fact]
    public async Task The_drivers_look_counts_every_new_sign_as_progress_and_the_same_one_once()
    {
        var watched = new WatchedProgress(new NoProgress(), _time);
        var finished = new FinishedShards(_output, Plan, Stage.Extract, 2, watched.Begin("extract", 1024));
        await using var shard = new ShardProgress(_output, "run", 1, _time);
        for (var minutes = 1; minutes <= 3; minutes++)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            shard.ImageDone();
            Assert.Equal(TimeSpan.FromMinutes(10), watched.Quiet);
            await finished.LookAsync(CancellationToken.None);
            Assert.Equal(TimeSpan.Zero, watched.Quiet);
        }

        // A worker that hangs finishes no image.
        _time.Advance(TimeSpan.FromMinutes(10));
        await finished.LookAsync(CancellationToken.None);
        Assert.Equal(TimeSpan.FromMinutes(10), watched.Quiet);
    }

    [Fact]
    public async Task A_store_that_fails_or_another_attempts_sign_disturbs_nobody()
    {
        _output[RunLayout.Progress(0)] = """{"run":"run","imagesDone":7}"""u8.ToArray();
        _output[RunLayout.Progress(1)] = "foreign"u8.ToArray();
        await using (var second = new ShardProgress(_output, "run", 0, _time))
        await using (var beside = new ShardProgress(_output, "run", 1, _time))
        {
            _time.Advance(ShardProgress.Period);
            second.ImageDone();
            beside.ImageDone();
            Assert.Equal("""{"run":"run","imagesDone":1}""", Encoding.UTF8.GetString(_output[RunLayout.Progress(0)]));
            _output.Before = (_, _) => throw new StoreException(StoreFault.Unreachable, "no network");
            _time.Advance(ShardProgress.Period);
            second.ImageDone();
        }

        Assert.Equal("foreign", Encoding.UTF8.GetString(_output[RunLayout.Progress(1)]));
    }
}
