using System.Reflection;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Parquet;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Job.Tests.Pipeline;
using Pomona.Job.Workers;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Workers;

public sealed class WorkerProcessTests : IDisposable
{
    private readonly RunFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task All_threads_of_a_worker_share_one_session_per_run()
    {
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(_run.Model, CancellationToken.None);
        string Settings(string output) => System.Text.Encoding.UTF8.GetString(new RunSettings(
            _run.Input, _run[output], 10, ResizeFilter.Bicubic, 7, false, DecodeMode.Exact, 100, model.Path, model.Metadata, 1, PartLayout.Form, "run").ToJson());

        var works = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => WorkerProcess.WorkFor(Settings("a")))));

        Assert.Single(works.Distinct());
        Assert.NotSame(works[0], WorkerProcess.WorkFor(Settings("b")));
    }

    [Fact]
    public void A_task_captures_strings_only_and_is_found_by_one_name()
    {
        // What the real worker does: fields and method by name on an object that no constructor made.
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

        Assert.All(typeof(ShardTask).GetFields(all), field => Assert.True(field.FieldType == typeof(string) && !field.IsStatic, field.Name));
        Assert.Single(typeof(ShardTask).GetMethods(all), method => method.Name == nameof(ShardTask.Run));
    }
}
