using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;

namespace Pomona.Job.Pipeline;

/// <summary>Shard: features → components.</summary>
internal static class ReduceStage
{
    /// <summary>Projects a shard unless its components are there already.</summary>
    public static async Task RunAsync(int shard, Ledger ledger, IStageProgress progress, CancellationToken cancellation)
    {
        var rowsDone = 0;
        if (await ledger.FindAsync(RunLayout.Components(shard), cancellation).ConfigureAwait(false) is null)
        {
            var fitted = await ledger.GetAsync(RunLayout.PcaJson, cancellation).ConfigureAwait(false);
            using var json = await ledger.ReadAsync(fitted, cancellation).ConfigureAwait(false);
            var model = PcaModel.ReadJson(json.AsStream());
            var extracted = await ledger.GetAsync(RunLayout.Features(shard), cancellation).ConfigureAwait(false);
            using var bytes = await ledger.ReadAsync(extracted, cancellation).ConfigureAwait(false);
            using var features = new PartReader(bytes.Memory);
            if (features.Width != 0 && features.Width != model.Width)
                throw new InvalidDataException($"{extracted.Key} has {features.Width} numbers an image, and {RunLayout.PcaJson} {model.Width}");
            using var part = new MemoryStream();
            using (var components = new PartWriter(part, "components", model.Components.Length))
            {
                var reduced = new float[model.Components.Length];
                while (features.ReadRowGroup(out var images, out var labels, out var values, out var rows))
                {
                    cancellation.ThrowIfCancellationRequested();
                    for (var row = 0; row < rows; row++)
                    {
                        model.Project(values.AsSpan(row * model.Width, model.Width), reduced);
                        components.Add(images[row], labels[row], reduced);
                    }

                    rowsDone += rows;
                }

                components.Complete();
            }

            await ledger.CreateAsync(
                RunLayout.Components(shard), part.GetBuffer().AsMemory(0, (int)part.Length), summary: null, cancellation)
                .ConfigureAwait(false);
        }

        progress.ImagesDone(rowsDone);
    }
}
