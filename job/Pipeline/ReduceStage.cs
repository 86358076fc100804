using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Numerics.Reduction;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>Shard: features → components.</summary>
internal static class ReduceStage
{
    /// <summary>Projects a shard unless its components are there already.</summary>
    public static async Task RunAsync(int shard, IStore output, IStageProgress progress, CancellationToken cancellation)
    {
        var rowsDone = 0;
        if (!await output.ExistsAsync(RunLayout.Components(shard), cancellation).ConfigureAwait(false))
        {
            using var json = await output.ReadAsync(RunLayout.PcaJson, etag: null, cancellation).ConfigureAwait(false);
            var model = PcaModel.ReadJson(json.AsStream());
            using var bytes = await output.ReadAsync(RunLayout.Features(shard), etag: null, cancellation).ConfigureAwait(false);
            using var features = new PartReader(bytes.Memory);
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

            await output.TryCreateAsync(
                RunLayout.Components(shard), part.GetBuffer().AsMemory(0, (int)part.Length), cancellation).ConfigureAwait(false);
        }

        progress.ImagesDone(rowsDone);
    }
}
