using System.Collections.Frozen;

namespace Pomona.Cloud.Runs;

/// <summary>The states of the workflow in a person's words.</summary>
internal static class RunState
{
    private const string Begins = "begins";
    private const string Settles = "waits until the upload has settled";
    private const string Plans = "is planned";
    private const string Waits = "waits for other runs' clusters";
    private const string Rents = "rents a cluster";
    private const string Starts = "the cluster starts";
    private const string Works = "the job runs";
    private const string Shards = "has functions work on its shards";
    private const string Ends = "the cluster is being ended";
    private const string Closes = "closes";

    private static readonly FrozenDictionary<string, string> Words = new (string Says, string[] States)[]
    {
        (Begins, ["Begin", "OpenRun", "IsRunToGo", "Busy", "Superseded"]),
        (Settles, ["Measure", "IsSettled", "QuietPeriod", "CountMeasurement", "NeverSettled", "IsAnythingNew", "Unchanged"]),
        (Plans, ["PlanRun", "IsPlanAccepted", "OverBudget", "NothingNew", "Empty", "EmptyOutcome"]),
        (Waits, ["TakeRoom", "HasRoom", "ComposeWaitingMail", "SendWaitingMail", "WaitForRoom"]),
        (Rents, [
            "HasNotebooks", "ConfigureCluster", "ConfigureNotebooks", "NameCluster", "RentCluster", "WasRentRefused", "WaitForStray", "ListStrays", "EndStrays",
            "HasMoreStrays", "ListMoreStrays", "MayRentAgain", "RentFailed", "CountAttempt", "ResetPolls", "Jitter", "WaitForRetry", "AskElsewhere",
            "EndFailedCluster"]),
        (Starts, ["WaitForCluster", "JudgeStart", "HowItStarts", "CountPoll", "ClusterNotStarted", "ComposeReadyMail", "SendReadyMail"]),
        (Works, [
            "RunJob", "TimeUsedUp", "WasStepRefused", "FindLostStep", "IsStepLost", "CancelLostStep", "CountStepAttempt", "StepRefused", "Finished", "JobFailed",
            "LetStepEnd", "ListActiveSteps", "HasStepEnded", "CountStepPoll"]),
        (Shards, [
            "NextStage", "IsStageLeft", "WorkOnShards", "WorkOnBatch", "IsBatchDone", "GoOnWithBatch", "BatchDone", "BatchRefused", "ExplainBatch", "BatchFailed",
            "SumUp", "AllStagesDone"]),
        (Ends, [
            "Failed", "IsClusterRented", "IsClusterToStay", "KeepCluster", "IsClusterKept", "EndCluster", "HasMail", "ComposeOutcomeMail", "SendOutcomeMail",
            "SendPlainMail", "IsEndToVerify", "DescribeEnd", "HasEnded", "UnprotectCluster", "EndClusterAgain", "CountEndPoll", "IsEndTooSlow", "WaitForEnd",
            "TellStuckCluster"]),
        (Closes, [
            "HasFirstError", "ClusterNotEnded", "IsRunOpen", "HasPlan", "FingerprintOfPlan", "FingerprintOfMeasure", "NoFingerprint", "CloseRun", "HowItEnded",
            "FailRun", "Result", "Done"]),
    }.SelectMany(static pair => pair.States.Select(state => KeyValuePair.Create(state, pair.Says))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a run in this state does; the state's own name where a newer workflow has one that is not known here.</summary>
    public static string Of(string state) => Words.GetValueOrDefault(state, state);

    /// <summary>Whether the state is known here.</summary>
    public static bool IsKnown(string state) => Words.ContainsKey(state);
}
