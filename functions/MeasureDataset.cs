using Amazon.Lambda.Core;
using Pomona.Functions.Datasets;
using Pomona.Functions.Hosting;

namespace Pomona.Functions;

/// <summary>Tells the workflow what is in a data set and whether it has settled.</summary>
public sealed class MeasureDataset
{
    private readonly DatasetMeter _meter;

    /// <summary>As Lambda makes it.</summary>
    public MeasureDataset()
        : this(Composition.Meter(Composition.FromEnvironment.Bucket))
    {
    }

    internal MeasureDataset(DatasetMeter meter) => _meter = meter;

    /// <summary>Handles a call of the workflow.</summary>
    public async Task<DatasetMeasurement> HandleAsync(MeasureRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        Requests.RequireGiven(request.Dataset);
        using var deadline = Deadline.Of(context);
        var measured = await _meter.MeasureAsync(request.Dataset, deadline.Token, request.Previous);
        context.Logger.LogInformation(
            "Run {run} of data set {dataset}: {images} images, settled {settled}",
            request.Run?.Value, request.Dataset.Value, measured.Images, measured.Settled);
        return measured;
    }
}
