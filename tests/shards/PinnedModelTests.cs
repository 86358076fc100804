using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Shards.Tests;

public sealed class PinnedModelTests : IDisposable
{
    private readonly SnapshotRun _run = new();

    private string Name => _run.BundleUri.Split('/')[^2];

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task It_is_fetched_once_with_its_description_and_kept_for_the_next_call()
    {
        var first = await FileAsync();
        Directory.Delete(_run["bundle"], recursive: true);

        Assert.Equal(first, await FileAsync());
        Assert.Equal(["model.json", "model.onnx"], Directory.EnumerateFiles(Path.GetDirectoryName(first)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("model/model.onnx")]
    [InlineData("model/model.json")]
    [InlineData("nodes.sha256")]
    public async Task One_that_is_not_the_bundle_s_is_refused_by_name_and_nothing_of_it_is_left(string file)
    {
        File.AppendAllText(_run[$"bundle/{file}"], "x");

        var refused = await Assert.ThrowsAsync<RunRefusedException>(FileAsync);

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_run.Temporary));
    }

    [Fact]
    public async Task One_that_is_missing_is_refused_by_name()
    {
        File.Delete(_run[$"bundle/{BucketLayout.ArtifactList}"]);

        Assert.Contains(BucketLayout.ArtifactList, (await Assert.ThrowsAsync<RunRefusedException>(FileAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_that_fetch_it_at_once_both_have_it()
    {
        var files = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(FileAsync)));

        Assert.Single(files.Distinct());
        Assert.Equal(File.ReadAllBytes(_run["bundle/model/model.onnx"]), File.ReadAllBytes(files[0]));
        Assert.Single(Directory.EnumerateFileSystemEntries(_run.Temporary));
    }

    private async Task<string> FileAsync()
    {
        using var bundle = new FolderStore(_run["bundle"], isClosed: true);
        return await new PinnedModel(bundle, Name, _run.Temporary).FileAsync(CancellationToken.None);
    }
}
