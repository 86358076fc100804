using Pomona.Cloud.Runs;
using Pomona.Cloud.Smoke;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests.Smoke;

/// <summary>What smoke says of what it has seen: of a run on an account as it should be, with one thing different at a time.</summary>
public sealed class SmokeEvidenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);

    // As Spark 3.5's YarnAllocator and EMR's steps write it.
    private static readonly string[] Logs =
    [
        "26/11/21 13:31:02 INFO YarnAllocator: Will request 2 executor container(s) for ResourceProfile Id: 0, each with 4 core(s) and 10240 MB memory.",
        "26/11/21 13:31:09 INFO YarnAllocator: Launching container container_1_0001_01_000002 on host ip-10-0-0-7.eu-west-3.compute.internal for executor with ID 1 for ResourceProfile Id 0",
        "+ spark-submit --conf spark.yarn.am.nodeLabelExpression=ON_DEMAND",
    ];

    private static readonly SmokeEvidence Good = new(
        new StackRun(
            "arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:x", StackRun.Succeeded, Now.AddMinutes(-30), Now.AddMinutes(-15), "Done", "smoke-1",
            "20261121T133000Z-3f9a2c1b", "finished", 200, "j-1", 12, Now.AddMinutes(-30), 0.60m, 0.15m, "USD", "2026-11-01", null, null),
        new RunCluster("j-1", "TERMINATED", "Terminated by user request", Now.AddMinutes(-29), Now.AddMinutes(-15), null),
        200,
        1800,
        [new("m5.xlarge", "ON_DEMAND", "ip-10-0-0-5.eu-west-3.compute.internal"), new("m6i.xlarge", "SPOT", "ip-10-0-0-7.eu-west-3.compute.internal")],
        ["COMPLETED"],
        new RunMarker(RunMarker.CurrentVersion, new RunSummary("smoke-1", "20261121T133000Z-3f9a2c1b", 200, 0, 10, 1, 1280, 50, 0.7, "mobilenetv2", 60, "s3://b/r"), "j-1", null, Now),
        Logs);

    [Fact]
    public void A_run_as_it_should_be_leaves_only_what_such_a_run_cannot_show()
    {
        var rows = Good.Rows(Now).ToArray();

        Assert.DoesNotContain(rows, static row => row.State == SmokeRow.Wrong);
        Assert.Equal(
            ["other exit codes reach EMR", "the mails came"],
            rows.Where(static row => row.State == SmokeRow.NotChecked).Select(static row => row.Expected));
    }

    [Fact]
    public void What_is_not_as_expected_is_said_of_that_alone()
    {
        Wrong("executors have the size that was asked for", Good with { LogLines = [Logs[0].Replace("10240", "20480", StringComparison.Ordinal), .. Logs[1..]] });
        Wrong("EMR's idle limit is set with it", Good with { IdleSeconds = 0 });
        Wrong("every image gave its features", Good with { Marker = Good.Marker! with { Summary = Good.Marker.Summary with { Images = 199, Rejected = 1 } } });
        Wrong("exit code 0 reaches EMR", Good with { Steps = ["FAILED"] });
        Wrong("the cluster is ended", Good with { Cluster = Good.Cluster! with { State = "WAITING" } });
        Wrong("it costs less than 0.20 USD", Good with { Cluster = Good.Cluster! with { Created = Now.AddHours(-1), Ended = Now } });
        Wrong("a cluster may be rented", Good with { Cluster = null });
        Wrong("roles are passed, and instances come", Good with { Instances = [] });
        Wrong("Amazon's Spark runs the job", Good with { Marker = null });
        Wrong("the workflow's token reaches the job and comes back", Good with { Run = Good.Run with { Status = "FAILED" } });

        static void Wrong(string expected, SmokeEvidence evidence) =>
            Assert.Equal(expected, Assert.Single(evidence.Rows(Now), static row => row.State == SmokeRow.Wrong).Expected);
    }

    [Fact]
    public void What_was_not_to_be_seen_is_called_not_checked_and_never_as_expected()
    {
        var unseen = (Good with { LogLines = [], Instances = Good.Instances.Take(1).ToArray(), IdleSeconds = null }).Rows(Now).ToArray();

        Assert.DoesNotContain(unseen, static row => row.State == SmokeRow.Wrong);
        Assert.Equal(
            [
                "EMR's idle limit is set with it", "Spot instances start with encrypted disks", "executors have the size that was asked for", "executors run on Spot nodes too",
                "the step asked for the cluster's labels", "other exit codes reach EMR", "the mails came",
            ],
            unseen.Where(static row => row.State == SmokeRow.NotChecked).Select(static row => row.Expected));
        Assert.Contains(
            (Good with { LogLines = [Logs[0], Logs[1].Replace("10-0-0-7", "10-0-0-5", StringComparison.Ordinal)] }).Rows(Now),
            static row => row is { Expected: "executors run on Spot nodes too", State: SmokeRow.NotChecked });
    }

    [Fact]
    public void What_the_local_cloud_cannot_show_is_not_called_as_expected_there()
    {
        var local = (Good with { IsLocal = true, LogLines = [] }).Rows(Now).ToDictionary(static row => row.Expected, static row => row.State);

        Assert.All(
            ["a cluster may be rented", "roles are passed, and instances come", "Amazon's Spark runs the job", "it costs less than 0.20 USD", "executors have the size that was asked for"],
            expected => Assert.Equal(SmokeRow.NotChecked, local[expected]));
        Assert.Equal(SmokeRow.Good, local["the cluster is ended"]);
    }

    [Fact]
    public void Of_logs_only_lines_that_tell_of_executors_and_labels_are_kept() =>
        Assert.Equal(Logs, ((string[])["26/11/21 13:31:01 INFO Utils: Using initial executors = 0", .. Logs, "s3://bucket/secret"]).Where(SmokeEvidence.IsTelling));

    [Fact]
    public void A_stack_without_task_nodes_is_tried_without()
    {
        var name = DatasetName.Parse("smoke-1");

        Assert.Equal("""{"dataset":"smoke-1","cluster":{"taskVcpus":4}}""", SmokeRun.Input(name, withSpot: true, new Dictionary<string, string>()));
        Assert.Equal(
            """{"dataset":"smoke-1","cluster":null,"engine":"cluster"}""",
            SmokeRun.Input(name, withSpot: false, new Dictionary<string, string> { ["Engine"] = RunEngine.Functions }));
    }
}
