using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Planning;

/// <summary>
/// The run that a new one takes over from: the data set's latest finished one, where its features are what the new run's would be.
/// It is only read; where it cannot be, everything is computed.
/// </summary>
internal sealed class TakeOver(IStore store, Artifacts artifacts)
{

    /// <summary>Where the workflow's runs compute: the instance types and functions of the template are x64.</summary>
    private const string Architecture = "X64";

    /// <summary>The run, or why nothing is taken over.</summary>
    /// <param name="request">The new run.</param>
    /// <param name="bundle">The bundle that it takes.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<TakenRun> FromAsync(PlanRunRequest request, string? bundle, ILambdaLogger log, CancellationToken cancellation)
    {
        if (request.Fresh || await RunNotes.LatestAsync(store, request.Dataset, cancellation) is not { } latest)
            return TakenRun.None;

        try
        {
            var run = await FinishedRun.OpenAsync(store, BucketLayout.Run(request.Dataset, latest.Run), cancellation);
            return await SettingsAsync(request, bundle, cancellation) is not { } settings
                ? new TakenRun(null, null, $"Nothing is taken over from run {latest.Run}: there is no model to compare with its own.")
                : settings.DifferenceFrom(run.Features) is { } difference
                ? new TakenRun(null, null, $"Nothing is taken over from run {latest.Run}, which was made otherwise: {difference}.")
                : new TakenRun(run, latest.Run, null);
        }
        catch (UnusableRunException gone)
        {
            log.LogInformation("Run {run} of data set {dataset} cannot be taken over from: {why}", latest.Run.Value, request.Dataset.Value, gone.Message);
            return new TakenRun(null, null, $"Nothing is taken over from run {latest.Run}: {gone.Message}.");
        }
    }

    /// <summary>The folder of the run whose scaler and components the new one is to keep; null for none.</summary>
    /// <exception cref="InvalidExecutionInputException">There is no such run, or its components mean nothing for the new one's features.</exception>
    public async Task<string?> BasisAsync(PlanRunRequest request, string? bundle, CancellationToken cancellation)
    {
        if (request.Basis is not { } basis)
            return null;
        try
        {
            var run = await FinishedRun.OpenAsync(store, BucketLayout.Run(request.Dataset, basis), cancellation);
            // The last bits of features may differ: coordinates are comparable all the same.
            var settings = await SettingsAsync(request, bundle, cancellation);
            return (settings is null ? null : settings with { Parts = null, Architecture = null, Arithmetic = null })?.DifferenceFrom(run.Features) is { } difference
                ? throw new UnusableRunException($"its features were made otherwise: {difference}")
                : run.Address;
        }
        catch (UnusableRunException unusable)
        {
            throw new InvalidExecutionInputException($"\"basis\" is {basis}, whose components cannot be kept: {unusable.Message}.");
        }
    }

    /// <summary>Of the new run's settings, what is known before it begins; its job holds all of them against the earlier run's.</summary>
    private async Task<FeatureSettings?> SettingsAsync(PlanRunRequest request, string? bundle, CancellationToken cancellation)
        => await artifacts.ModelAsync(bundle, cancellation) is { } model
            ? new FeatureSettings(
                new UsedModel(model),
                FeatureSettings.DefaultResize,
                request.ExifRotation is null ? null : request.ExifRotation == JobArguments.On,
                request.Decode,
                FeatureSettings.DefaultMegapixels,
                FeatureSettings.CurrentParts,
                Architecture,
                FeatureSettings.CurrentArithmetic)
            : null;
}

/// <summary>What a new run takes over from.</summary>
/// <param name="Run">The earlier run; null for none.</param>
/// <param name="Id">Its id.</param>
/// <param name="Why">Why there is none, as a sentence; null where there is one, or none was looked for.</param>
internal sealed record TakenRun(FinishedRun? Run, RunId? Id, string? Why)
{
    /// <summary>Nothing, for no reason that is worth a word.</summary>
    public static TakenRun None { get; } = new(null, null, null);

    /// <summary>
    /// Whether the earlier run's results are the new run's, to the byte: the same images, and the same components of them. Who asks for
    /// something of a cluster wants one all the same.
    /// </summary>
    /// <param name="request">The new run.</param>
    /// <param name="fingerprint">Its images'; null where they have not been listed.</param>
    public bool IsSame(PlanRunRequest request, string? fingerprint) => Run is { } run
        && string.Equals(run.Plan.Fingerprint, fingerprint, StringComparison.Ordinal)
        && !RunEngine.IsGiven(request.Cluster)
        && request.Basis is null
        && string.Equals((run.Plan.TestSplit is { IsAsked: true } split ? split.Test : null), request.TestSplit, StringComparison.Ordinal)
        && !run.KeepsBasis
        && string.Equals(run.Components, request.Components?.ToString(), StringComparison.Ordinal);

    /// <summary>What is taken over, as a sentence for people; null where there is nothing to say.</summary>
    public string? Says(RunPlan plan) => Run is null
        ? Why
        : plan.Since is { } since
        ? string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{since.Unchanged:N0} images are taken over from run {Id}, {plan.NewImages:N0} are new or changed.")
        : $"Nothing is taken over from run {Id}: none of its images is as it was.";
}
