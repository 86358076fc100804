using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

public sealed class StageWorkTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_worker_whose_model_could_not_be_loaded_tries_again_with_its_next_task()
    {
        await RunFixture.RunAsync(_run.Request());
        var features = Path.Combine(_run["out"], RunLayout.Features(0));
        var computed = await File.ReadAllBytesAsync(features);
        File.Delete(features);
        File.Delete(Path.Combine(_run["out"], RunLayout.PageOf(RunLayout.Features(0))));
        var settings = RunSettings.FromJson(await File.ReadAllBytesAsync(Path.Combine(_run["out"], RunLayout.Settings)));
        using var input = new FolderStore(_run.Input);
        using var output = new FolderStore(_run["out"]);
        using var work = new StageWork(settings, new RunInput(input), output, TimeProvider.System, new Decoding(ProcessEnd.ForAPersonAsync), isSeenInStore: false);
        Task TaskAsync() => work.RunAsync(Stage.Extract, 0, new NoProgress().Begin("extract", 0), CancellationToken.None);

        File.Move(settings.ModelPath, settings.ModelPath + ".late");
        await Assert.ThrowsAnyAsync<Exception>(TaskAsync);
        File.Move(settings.ModelPath + ".late", settings.ModelPath);
        await TaskAsync();

        Assert.Equal(computed, await File.ReadAllBytesAsync(features));
    }
}
