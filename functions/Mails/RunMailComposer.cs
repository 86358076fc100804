using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;

namespace Pomona.Functions.Mails;

/// <summary>Gathers the facts of a run and has the stack's language put them into words.</summary>
internal sealed class RunMailComposer(IRunMails mails, TimeProvider time)
{
    public Mail Compose(ComposeMailRequest request)
    {
        var facts = FactsOf(request);
        return request.Mail switch
        {
            MailKind.Ready => mails.Ready(facts),
            MailKind.Finished => mails.Finished(facts),
            MailKind.OverBudget => mails.OverBudget(facts),
            MailKind.Unchanged => mails.Unchanged(facts),
            MailKind.Waiting => mails.Waiting(facts),
            _ => mails.Failed(facts),
        };
    }

    private RunFacts FactsOf(ComposeMailRequest request)
    {
        var (open, plan) = (request.Open, request.Plan);
        var age = request.ClusterCreatedAt is { } created ? time.GetUtcNow() - created : (TimeSpan?)null;
        return new RunFacts(
            open?.Dataset?.Value ?? request.Summary?.Dataset,
            open?.Run?.Value ?? request.Summary?.Run,
            plan?.Plan?.Images,
            plan?.Plan?.Bytes,
            plan,
            request.Summary,
            request.ClusterId,
            age,
            age is { } lived && plan?.Estimate is { } estimate ? ClusterSizing.CostSoFar(estimate, lived) : null,
            ErrorOf(request),
            PlatformErrors.Explain(mails.Language, $"{request.Error?.Error} {request.Error?.Cause}", open?.OutputUri, request.ClusterId),
            TimeUsedUp(request.Error?.Error, age, plan),
            request.Kept,
            open?.OutputUri,
            ResumeInputOf(open, plan),
            ReportUrlOf(open?.OutputUri, request.ExecutionArn),
            ExecutionUrlOf(request.ExecutionArn));
    }

    /// <summary>The workflow says so itself; where the reaper was first, all it sees is that the cluster has ended.</summary>
    private static bool TimeUsedUp(string? error, TimeSpan? age, PlannedRun? plan) => error switch
    {
        "Pomona.TimeUsedUp" => true,
        "Pomona.ClusterEnded" or "Pomona.StepCancelled" => plan?.Cluster is { MaxSeconds: > 0 } cluster && age?.TotalSeconds >= cluster.MaxSeconds,
        _ => false,
    };

    /// <summary>Everything that decides a run's results must be as it was; its engine is too, so that none is rented that nobody asked for.</summary>
    private static string? ResumeInputOf(OpenedRun? open, PlannedRun? plan)
        => open is { Dataset: { } dataset, Run: { } run } && plan is { IsToBegin: true }
            ? $$"""{"dataset": "{{dataset}}", "resume": "{{run}}", "components": {{open.Components}}, "exifRotation": "{{open.ExifRotation}}", "decode": "{{open.Decode}}", "engine": "{{open.Engine}}"}"""
            : null;

    private static string? ErrorOf(ComposeMailRequest request)
    {
        var (error, cause) = (request.Error?.Error, request.Error?.Cause);
        var said = MessageOf(cause)
            ?? (string.IsNullOrWhiteSpace(cause) ? null : cause)
            ?? (string.IsNullOrEmpty(request.Plan?.Reason) ? null : request.Plan.Reason)
            ?? (string.IsNullOrEmpty(request.Open?.Reason) ? null : request.Open.Reason);
        var line = (error, said) switch
        {
            (null or "", null) => null,
            (null or "", _) => said,
            (_, null) => error,
            _ => $"{said} ({error})",
        };
        return line is null ? null : Printable.Excerpt(Printable.WithoutTokens(line), 2000);
    }

    /// <summary>The sentence in a failed function's cause: {"errorType": …, "errorMessage": …, "stackTrace": …}.</summary>
    private static string? MessageOf(string? cause) => JsonText.TryReadObject(cause).At("errorMessage").AsText();

    private static string? ReportUrlOf(string? outputUri, string? executionArn)
    {
        if (RegionOf(executionArn) is not { } region || outputUri?.Split('/', 4) is not ["s3:", "", var bucket, var prefix])
            return null;

        return $"https://{region}.console.aws.amazon.com/s3/object/{bucket}?region={region}&prefix={prefix}{RunLayout.Report}";
    }

    private static string? ExecutionUrlOf(string? executionArn)
        => RegionOf(executionArn) is { } region
            ? $"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/{executionArn}"
            : null;

    /// <summary>Other partitions than aws have other consoles.</summary>
    private static string? RegionOf(string? executionArn)
        => executionArn?.Split(':') is ["arn", "aws", "states", { Length: > 0 } region, ..] ? region : null;
}
