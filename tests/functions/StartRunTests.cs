using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;
using Pomona.Functions.Executions;
using Pomona.Functions.Mails;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;
using Pomona.Storage;

namespace Pomona.Functions.Tests;

public sealed class StartRunTests : IDisposable
{
    private readonly MemoryStore _bucket = new();
    private readonly MemoryExecutions _executions = new();
    private readonly FakeTimeProvider _clock = new(Stack.Start);

    private readonly MemoryMailbox _mailbox = new();

    private StartRun Function => Over(_bucket, _executions, _mailbox, _clock, _bucket.Name);

    public void Dispose() => _bucket.Dispose();

    [Fact]
    public async Task Ten_thousand_upload_events_of_one_data_set_duplicated_and_shuffled_start_exactly_one_execution()
    {
        await DeliverAsync(Events(["fruits"], 10_000, seed: 1));

        Assert.Single(_executions.Started);
    }

    [Fact]
    public Task Any_order_and_repetition_of_a_data_set_s_events_starts_one_execution()
        => Gen.Int[0, 9].Select(n => $"datasets/fruits/c{n % 3}/{n}.jpg").Array[1, 4].List[1, 40].SampleAsync(
            async events =>
            {
                using var bucket = new MemoryStore();
                var executions = new MemoryExecutions();
                await DeliverAsync(
                    Over(bucket, executions, new MemoryMailbox(), new FakeTimeProvider(Stack.Start), bucket.Name), bucket.Name, events);

                Assert.Single(executions.Started);
            },
            threads: 1);

    [Fact]
    public async Task Two_data_sets_start_two_executions()
    {
        await DeliverAsync(Events(["fruits", "leaves"], 5_000, seed: 2));

        Assert.Equal(
            ["fruits", "leaves"],
            _executions.Started.Select(s => s.Name.Split('-')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task After_the_run_has_ended_a_new_upload_starts_one_more()
    {
        await DeliverAsync(Events(["fruits"], 100, seed: 3));
        _executions.End(_executions.Started.Single().Name);
        _clock.Advance(TimeSpan.FromMinutes(30));

        await DeliverAsync(Events(["fruits"], 100, seed: 4));

        Assert.Equal(2, _executions.Started.Count);
        Assert.Equal(2, _executions.Started.Select(s => s.Name).Distinct().Count());
    }

    [Fact]
    public async Task The_execution_s_name_and_input_come_from_the_lock()
    {
        await HandleAsync("datasets/fruits/apple/1.jpg");

        var (name, input) = Assert.Single(_executions.Started);
        var held = JsonSerializer.Deserialize(_bucket["locks/fruits"], ContractJson.Readable.DatasetLock)!;
        Assert.Equal(DatasetLock.ExecutionNameOf(held.Dataset, held.Run), name);
        Assert.Equal(held.ExecutionName, name);
        var read = JsonSerializer.Deserialize(input, ContractJson.Readable.ExecutionInput)!;
        Assert.Equal((held.Dataset, held.Run, false), (read.Dataset, read.Run, read.Now));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Ten_thousand_events_of_one_upload_ask_Step_Functions_for_descriptions_only_a_handful_of_times(int hoursIntoTheRun)
    {
        await HandleAsync("datasets/fruits/first.jpg");
        _clock.Advance(TimeSpan.FromHours(hoursIntoTheRun));
        var descriptions = ThrottleDescriptions();

        await DeliverAsync(Function, _bucket.Name, Events(["fruits"], 10_000, seed: 8));

        Assert.Single(_executions.Started);
        Assert.InRange(descriptions.Given, 0, 16);
    }

    [Fact]
    public async Task So_do_ten_thousand_events_while_a_run_that_was_started_by_hand_goes_on()
    {
        _executions.Run("by-hand", """{ "dataset" : "fruits",  "now": true }""");
        await new RunLocks(_bucket).TakeAsync(
            new DatasetLock(Stack.Fruits, Stack.Run, "by-hand", _clock.GetUtcNow()), default);
        var descriptions = ThrottleDescriptions();

        await DeliverAsync(Function, _bucket.Name, Events(["fruits"], 10_000, seed: 9));

        Assert.Empty(_executions.Started);
        Assert.InRange(descriptions.Given, 1, 16);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task However_long_a_process_has_seen_a_run_go_on_the_first_upload_after_its_end_starts_another(int hoursIntoTheRun)
    {
        var function = Function;
        await DeliverAsync(function, _bucket.Name, Events(["fruits"], 50, seed: 10));
        _clock.Advance(TimeSpan.FromHours(hoursIntoTheRun));
        await DeliverAsync(function, _bucket.Name, Events(["fruits"], 50, seed: 11));
        _executions.End(_executions.Started.Single().Name);

        await function.HandleAsync(Uploads.Of(_bucket.Name, "datasets/fruits/late.jpg"), new PlayedCall("late"));

        Assert.Equal(2, _executions.Started.Select(s => s.Name).Distinct().Count());
    }

    [Fact]
    public async Task An_upload_after_a_run_started_by_hand_was_stopped_starts_another()
    {
        var function = Function;
        _executions.Run("by-hand");
        await new RunLocks(_bucket).TakeAsync(
            new DatasetLock(Stack.Fruits, Stack.Run, "by-hand", _clock.GetUtcNow()), default);
        await DeliverAsync(function, _bucket.Name, Events(["fruits"], 50, seed: 12));
        Assert.Empty(_executions.Started);
        _executions.End("by-hand");

        await function.HandleAsync(Uploads.Of(_bucket.Name, "datasets/fruits/late.jpg"), new PlayedCall("late"));

        Assert.Single(_executions.Started);
    }

    [Fact]
    public async Task A_run_whose_execution_is_hours_old_and_unknown_is_replaced_and_not_started_under_its_old_name()
    {
        await new RunLocks(_bucket).TakeAsync(
            new DatasetLock(Stack.Fruits, Stack.Run, Stack.ExecutionName, _clock.GetUtcNow()), default);
        _clock.Advance(RunStarter.Grace);

        await HandleAsync("datasets/fruits/1.jpg");

        Assert.NotEqual(Stack.ExecutionName, Assert.Single(_executions.Started).Name);
    }

    [Fact]
    public async Task While_Step_Functions_answers_are_behind_the_event_is_tried_again()
    {
        await HandleAsync("datasets/fruits/1.jpg");
        var name = _executions.Started.Single().Name;
        _executions.End(name);
        _executions.Before = (operation, _) =>
        {
            if (operation == "describe")
                _executions.Forget(name);
        };

        await Assert.ThrowsAsync<AggregateException>(() => HandleAsync("datasets/fruits/2.jpg"));

        Assert.Single(_executions.Started);
    }

    [Theory]
    [InlineData("datasets/fruits/pomme+rouge/1+2.jpg", true)]
    [InlineData("datasets/fruits/%C3%A9t%C3%A9/1.jpg", true)]
    [InlineData("datasets%2Ffruits%2F1.jpg", true)]
    [InlineData("datasets/my+fruits/1.jpg", false)]
    [InlineData("datasets/..%2Ffruits/1.jpg", false)]
    [InlineData("datasets/fruits%0A/1.jpg", false)]
    [InlineData("datasets/%24(reboot)/1.jpg", false)]
    [InlineData("datasets/fruits/", false)]
    [InlineData("datasets/1.jpg", false)]
    [InlineData("locks/fruits", false)]
    [InlineData("runs/fruits/20261121T130455Z-3f9a2c1b/_SUCCESS", false)]
    [InlineData("%", false)]
    [InlineData("%zz%", false)]
    [InlineData("", false)]
    public async Task Only_a_decoded_key_inside_a_validly_named_data_set_starts_a_run(string encodedKey, bool starts)
    {
        await HandleAsync(encodedKey);

        Assert.Equal(starts ? 1 : 0, _executions.Started.Count);
        Assert.Equal(starts, _bucket.Keys.Any(key => !key.StartsWith("locks/misnamed/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_bucket_s_uploads_and_deletions_start_nothing()
    {
        var deleted = Uploads.Of(_bucket.Name, "datasets/fruits/1.jpg");
        deleted.Records[0].EventName = "ObjectRemoved:Delete";

        await Function.HandleAsync(Uploads.Of("someone-elses", "datasets/fruits/1.jpg"), new PlayedCall());
        await Function.HandleAsync(deleted, new PlayedCall());

        Assert.Empty(_executions.Started);
    }

    [Fact]
    public async Task A_data_set_whose_lock_fails_does_not_keep_the_others_from_starting_and_is_retried()
    {
        _bucket.Before = (_, key) =>
        {
            if (key == "locks/bad")
                throw new IOException("503");
        };
        string[] keys = ["datasets/bad/1.jpg", "datasets/$/1.jpg", "datasets/good/1.jpg"];

        var thrown = await Assert.ThrowsAsync<AggregateException>(() => HandleAsync(keys));
        _bucket.Before = (_, _) => { };
        await HandleAsync(keys);

        Assert.Single(thrown.InnerExceptions);
        Assert.Equal(["bad", "good"], _executions.Started.Select(s => s.Name.Split('-')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_lock_taken_by_a_function_that_died_before_starting_is_healed_under_the_same_name()
    {
        var died = false;
        _executions.Before = (operation, _) =>
        {
            if (operation == "start" && !died)
            {
                died = true;
                throw new IOException("killed");
            }
        };
        await Assert.ThrowsAsync<AggregateException>(() => HandleAsync("datasets/fruits/1.jpg"));
        var held = JsonSerializer.Deserialize(_bucket["locks/fruits"], ContractJson.Readable.DatasetLock)!;
        Assert.Empty(_executions.Started);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await HandleAsync("datasets/fruits/2.jpg");

        Assert.Equal(held.ExecutionName, Assert.Single(_executions.Started).Name);
    }

    [Fact]
    public async Task An_old_lock_whose_execution_is_forgotten_is_taken_over_by_a_new_run()
    {
        await HandleAsync("datasets/fruits/1.jpg");
        var first = _executions.Started.Single().Name;
        _executions.Forget(first);
        _clock.Advance(TimeSpan.FromDays(91));

        await HandleAsync("datasets/fruits/2.jpg");

        Assert.NotEqual(first, _executions.Started.Last().Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"dataset":"leaves","run":"20261121T130455Z-3f9a2c1b","executionName":"x","takenAt":"2026-11-21T13:00:00Z"}""")]
    [InlineData("""{"dataset":"fruits"}""")]
    public async Task A_lock_that_cannot_be_read_holds_nothing(string content)
    {
        _bucket["locks/fruits"] = Encoding.UTF8.GetBytes(content);

        await HandleAsync("datasets/fruits/1.jpg");

        Assert.Single(_executions.Started);
    }

    [Fact]
    public async Task However_events_ends_and_crashes_interleave_no_two_executions_of_a_data_set_ever_run_at_once()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var bucket = new MemoryStore();
            var executions = new MemoryExecutions();
            var clock = new FakeTimeProvider(Stack.Start);
            var function = Over(bucket, executions, new MemoryMailbox(), clock, bucket.Name);
            var gate = new Lock();
            executions.Before = (operation, _) => MaybeCrash(operation == "start" ? 0.2 : 0.02);
            bucket.Before = (_, _) => MaybeCrash(0.02);
            var running = new HashSet<string>();
            for (var step = 0; step < 30; step++)
            {
                await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
                {
                    try
                    {
                        await function.HandleAsync(
                            Uploads.Of(bucket.Name, $"datasets/fruits/{step}-{n}.jpg"), new PlayedCall($"{step}-{n}"));
                    }
                    catch (AggregateException)
                    {
                        // Lambda would deliver it again; the next step's events do.
                    }
                })));
                var started = executions.Started.Select(s => s.Name).Distinct().ToList();
                running.UnionWith(started);
                Assert.True(running.Count <= 1, $"seed {seed}, step {step}: {string.Join(", ", running)}");
                if (running.Count == 1 && random.Next(3) == 0)
                {
                    executions.End(running.Single());
                    while (executions.Started.TryDequeue(out _))
                    {
                    }

                    running.Clear();
                }

                clock.Advance(TimeSpan.FromSeconds(random.Next(100)));
            }

            void MaybeCrash(double share)
            {
                bool crash;
                lock (gate)
                    crash = random.NextDouble() < share;
                if (crash)
                    throw new IOException("crash");
            }
        }
    }

    [Fact]
    public async Task Many_images_under_a_name_that_is_no_data_set_s_start_nothing_and_lead_to_one_mail_a_day()
    {
        var context = new PlayedCall();
        for (var i = 0; i < 40; i++)
        {
            await Function.HandleAsync(
                Uploads.Of(_bucket.Name, $"datasets/my+peaches%21/ripe/{i}.jpg", $"datasets/my+peaches%21/raw/{i}.jpg"), context);
        }

        Assert.Empty(_executions.Started);
        var mail = Assert.Single(_mailbox.Mails);
        Assert.Equal("Pomona: 'my peaches!' is not a data set's name", mail.Subject);
        Assert.Contains($"A name is {DatasetName.Rule}, all ASCII.", mail.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"aws s3 mv --recursive 's3://{_bucket.Name}/datasets/my peaches!/' s3://{_bucket.Name}/datasets/my-peaches/",
            mail.Message, StringComparison.Ordinal);
        Assert.Single(context.Lines, line => line.Contains("datasets/my peaches!", StringComparison.Ordinal));

        _clock.Advance(TimeSpan.FromHours(25));
        await HandleAsync("datasets/my+peaches%21/ripe/41.jpg");
        Assert.Equal(2, _mailbox.Mails.Count);
    }

    [Fact]
    public async Task Each_misnamed_folder_has_its_mail_and_disturbs_no_data_set_of_the_same_event()
    {
        await HandleAsync(
            "datasets/fruits/1.jpg", "datasets/a1234567890123456789012345678901234567890/x/1.jpg", "datasets/photo.jpg",
            "datasets/it%27s+%24%28reboot%29/1.jpg", "datasets/two%0Alines/1.jpg");

        Assert.Single(_executions.Started);
        Assert.Equal(4, _mailbox.Mails.Count);
        Assert.Contains(_mailbox.Mails, mail => mail.Message.Contains("/datasets/a123456789012345678901234567890123456789/", StringComparison.Ordinal));
        Assert.Contains(_mailbox.Mails, mail => mail.Message.Contains("aws s3 mv --recursive --exclude '*/*' s3://", StringComparison.Ordinal));
        Assert.Contains(_mailbox.Mails, mail => mail.Message.Contains(@"/datasets/it'\''s $(reboot)/' s3://", StringComparison.Ordinal));
        Assert.Contains(_mailbox.Mails, mail => mail.Message.Contains("/datasets/NAME/ s3://", StringComparison.Ordinal) && !mail.Message.Contains("two\nlines", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("datasets/my+peaches/readme.txt")]
    [InlineData("datasets/.DS_Store")]
    [InlineData("datasets/__MACOSX/fruits/1.jpg")]
    [InlineData("datasets/my+peaches/")]
    [InlineData("elsewhere/my+peaches/1.jpg")]
    public async Task What_is_no_image_leads_to_no_mail(string key)
    {
        await HandleAsync(key);

        Assert.Empty(_mailbox.Mails);
        Assert.Empty(_executions.Started);
    }

    [Fact]
    public async Task A_mail_that_could_not_be_sent_is_sent_when_the_event_comes_again()
    {
        _mailbox.Fails = true;
        await Assert.ThrowsAsync<AggregateException>(() => HandleAsync("datasets/my+peaches/1.jpg"));
        _mailbox.Fails = false;

        await HandleAsync("datasets/my+peaches/1.jpg");

        Assert.Single(_mailbox.Mails);
    }

    internal static StartRun Over(IStore bucket, IExecutions executions, IMailbox mailbox, TimeProvider time, string name) => new(
        new RunStarter(new RunLocks(bucket), executions, time),
        new MisnamedFolders(bucket, mailbox, MailLanguage.English, time),
        name);

    private DescriptionQuota ThrottleDescriptions()
    {
        var quota = new DescriptionQuota();
        _executions.Before = quota.Before;
        return quota;
    }

    private Task HandleAsync(params string[] encodedKeys)
        => Function.HandleAsync(Uploads.Of(_bucket.Name, encodedKeys), new PlayedCall());

    /// <summary>Every upload's event once or twice, one to four per invocation, in any order.</summary>
    internal static List<string[]> Events(string[] datasets, int uploads, int seed)
    {
        var random = new Random(seed);
        var keys = (from dataset in datasets from n in Enumerable.Range(0, uploads) select $"datasets/{dataset}/c{n % 10}/{n}.jpg").ToList();
        keys.AddRange(keys.Where(_ => random.Next(4) == 0).ToList());
        var shuffled = keys.ToArray();
        random.Shuffle(shuffled);
        var events = new List<string[]>();
        for (var i = 0; i < shuffled.Length;)
        {
            var count = random.Next(1, 5);
            events.Add(shuffled[i..Math.Min(i + count, shuffled.Length)]);
            i += count;
        }

        return events;
    }

    private Task DeliverAsync(List<string[]> events) => DeliverAsync(Function, _bucket.Name, events);

    internal static Task DeliverAsync(StartRun function, string bucket, List<string[]> events) => Parallel.ForEachAsync(
        events.Index(),
        new ParallelOptions { MaxDegreeOfParallelism = 16 },
        async (e, _) => await function.HandleAsync(Uploads.Of(bucket, e.Item), new PlayedCall($"request-{e.Index}")));
}
