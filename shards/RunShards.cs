using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Storage;

namespace Pomona.Shards;

/// <summary>
/// A run without a cluster: goes on with the job as far as it goes and says which shards are left, or works on some of them, by the
/// code that the driver and the tasks of a cluster run.
/// </summary>
public sealed class RunShards
{
    private readonly ShardsSettings _settings;
    private readonly Func<string, bool, IStore> _open;
    private readonly string _temporary;
    private readonly TimeProvider _time;
    private BatchWork? _warm;

    /// <summary>As Lambda makes it.</summary>
    public RunShards()
        : this(
            ShardsSettings.Read(Environment.GetEnvironmentVariable),
            static (address, isClosed) => StoreAddress.Open(address, isClosed: isClosed),
            Path.GetTempPath(),
            TimeProvider.System)
    {
    }

    /// <summary>As tests make it.</summary>
    /// <param name="settings">What the template says.</param>
    /// <param name="open">Opens the store of an address; true for one that nothing leads out of.</param>
    /// <param name="temporary">Where the model is kept.</param>
    /// <param name="time">The clock.</param>
    internal RunShards(ShardsSettings settings, Func<string, bool, IStore> open, string temporary, TimeProvider time)
        => (_settings, _open, _temporary, _time) = (settings, open, temporary, time);

    /// <summary>Handles a call of the workflow.</summary>
    /// <exception cref="RunRefusedException">No other call would do better.</exception>
    /// <exception cref="RunIsBusyException">Another process writes the run.</exception>
    public Task<ShardsAnswer> HandleAsync(ShardsRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        RequireOwn(request);
        return WorkflowFailure.ExplainAsync(() => request.Do switch
        {
            ShardsRequest.Next => NextAsync(request, context),
            ShardsRequest.Work => WorkAsync(request, context),
            ShardsRequest.Explain => ExplainAsync(request),
            _ => throw new RunRefusedException($"\"do\" is '{Printable.Excerpt(request.Do ?? string.Empty)}': write {ShardsRequest.Next}, {ShardsRequest.Work} or {ShardsRequest.Explain}."),
        });
    }

    private async Task<ShardsAnswer> NextAsync(ShardsRequest request, ILambdaContext context)
    {
        using var deadline = new CancellationTokenSource();
        if (context.RemainingTime > Margin)
            deadline.CancelAfter(context.RemainingTime - Margin);
        var model = await ModelAsync(request, deadline.Token);
        using var input = _open(request.InputUri, true);
        using var output = _open(request.OutputUri, false);
        return await new NextStage(input, output, model, _settings.Threads, _time).RunAsync(request, context.Logger, deadline.Token);
    }

    private async Task<ShardsAnswer> WorkAsync(ShardsRequest request, ILambdaContext context)
    {
        var stage = RequireBatch(request);
        // The native session of the call before is this one's too, where it is for the same run.
        if (_warm?.IsOf(request) != true)
        {
            _warm?.Dispose();
            _warm = null;
            var model = await ModelAsync(request, CancellationToken.None);
            _warm = await BatchWork.OpenAsync(request, _open, model, _settings.Threads, _time, CancellationToken.None);
        }

        return await _warm.RunAsync(stage, request.From, request.To, () => context.RemainingTime, context.Logger);
    }

    private async Task<ShardsAnswer> ExplainAsync(ShardsRequest request)
    {
        var stage = RequireBatch(request);
        using var output = _open(request.OutputUri, false);
        return await new FailedBatch(output, _settings).ExplainAsync(request, stage, CancellationToken.None);
    }

    private async Task<string> ModelAsync(ShardsRequest request, CancellationToken cancellation)
    {
        using var bundle = _open(request.Artifacts, true);
        return await new PinnedModel(bundle, BundleOf(request.Artifacts)!, _temporary).FileAsync(cancellation);
    }

    /// <summary>What a call may still do once its time is nearly up.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>Nothing but the run, its data set and a bundle: whoever may call the function may not send it elsewhere.</summary>
    private void RequireOwn(ShardsRequest request)
    {
        if (request.Dataset is null || request.Run is null)
            throw new RunRefusedException("\"dataset\" or \"run\" is missing: see docs/workflow-contract.md.");
        var bucket = $"s3://{_settings.Bucket}/";
        if (request.InputUri != bucket + BucketLayout.Dataset(request.Dataset))
            throw NotOurs("inputUri", request.InputUri);
        if (request.OutputUri != bucket + BucketLayout.Run(request.Dataset, request.Run))
            throw NotOurs("outputUri", request.OutputUri);
        if (request.Artifacts?.StartsWith(bucket + BucketLayout.Artifacts, StringComparison.Ordinal) != true || BundleOf(request.Artifacts) is null)
            throw NotOurs("artifacts", request.Artifacts);
    }

    private static string? BundleOf(string address) =>
        address.Split('/') is [.., BucketFolder, var name, ""] && ArtifactSums.IsBundle(name) ? name : null;

    private const string BucketFolder = "artifacts";

    private static RunRefusedException NotOurs(string member, string? address)
        => new($"\"{member}\" is '{Printable.Excerpt(address ?? string.Empty)}', which is not this run's in this stack's bucket.");

    private static Stage RequireBatch(ShardsRequest request)
        => Enum.TryParse<Stage>(request.Stage, ignoreCase: true, out var stage) && Enum.IsDefined(stage) && !char.IsAsciiDigit(request.Stage![0])
            && request.From >= 0 && request.To > request.From
                ? stage
                : throw new RunRefusedException(
                    $"The batch {request.From} to {request.To} of '{Printable.Excerpt(request.Stage ?? string.Empty)}' is none: a stage is extract, fit or reduce, and from is below to.");
}
