using System.Net;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Vision.Tests.Models.Catalog;

public sealed class ModelCatalogTests : IDisposable
{
    private static readonly byte[] ZooFile = SmallModels.Classifier(SmallModels.Gemm).ToByteArray();

    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-catalog-").FullName;
    private readonly AnsweringHandler _offline = new([]);

    public void Dispose()
    {
        _offline.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_model_asked_for_goes_before_the_environment_s()
    {
        var asked = await WriteModelAsync("asked.onnx");
        var environment = await WriteModelAsync("environment.onnx");
        var catalog = new ModelCatalog(Offline() with { Model = environment });

        Assert.Equal(asked, (await catalog.ResolveAsync(asked, default)).Path);
        Assert.Equal(environment, (await catalog.ResolveAsync(null, default)).Path);
        Assert.Equal(environment, (await catalog.ResolveAsync("", default)).Path);
        Assert.Equal("environment, because POMONA_MODEL names it.", (await catalog.ResolveAsync(null, default)).Why);
        Assert.Empty(_offline.Requests);
    }

    [Fact]
    public async Task A_classifier_s_headless_form_is_kept_in_the_cache_and_mended_when_it_is_damaged()
    {
        var path = Path.Combine(_folder, "fruit.onnx");
        await File.WriteAllBytesAsync(path, ZooFile);
        await File.WriteAllTextAsync(Path.ChangeExtension(path, ".json"), """{"scaling": "zeroToOne"}""");
        var catalog = new ModelCatalog(Offline());

        var first = await catalog.ResolveAsync(path, default);
        await File.WriteAllTextAsync(first.Path, "damaged");
        var second = await catalog.ResolveAsync(path, default);

        Assert.Equal(first, second);
        Assert.Equal(first.Metadata.Sha256, Sha256Text.Of(await File.ReadAllBytesAsync(second.Path)));
        Assert.Equal("fruit without its last layer, because --model names it.", second.Why);
        Assert.Equal(["damaged"], SetAside(second.Path));
    }

    [Fact]
    public async Task The_zoo_s_model_is_downloaded_once_and_verified()
    {
        using var network = new AnsweringHandler(new()
        {
            ["first"] = AnsweringHandler.Refusing(HttpStatusCode.NotFound),
            ["second"] = AnsweringHandler.Serving(ZooFile),
        });
        var catalog = new ModelCatalog(Offline() with { Http = network });

        var model = await catalog.ResolveAsync(null, default);
        var again = await catalog.ResolveAsync(null, default);

        Assert.Equal(["GET first", "GET second"], network.Requests);
        Assert.Equal("small-zoo", model.Metadata.Name);
        Assert.Equal(3, model.Metadata.FeatureWidth);
        Assert.Equal(model.Metadata, again.Metadata);
        Assert.Equal("small-zoo, because it is in the cache.", again.Why);
        using var session = FeatureSession.Load(again.Path, again.Metadata);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("shorter")]
    [InlineData("longer")]
    public async Task A_download_that_is_not_the_pinned_file_is_thrown_away(string kind)
    {
        byte[] file = kind switch
        {
            "other" => [.. ZooFile[..^1], (byte)(ZooFile[^1] ^ 1)],
            "shorter" => ZooFile[..^1],
            _ => [.. ZooFile, 0],
        };
        using var network = new AnsweringHandler(new() { ["first"] = AnsweringHandler.Serving(file) });

        var refused = await Assert.ThrowsAsync<ModelException>(
            () => new ModelCatalog(Offline() with { Http = network }).ResolveAsync("zoo", default));

        Assert.Equal(
            "The ONNX Model Zoo's small-zoo cannot be downloaded (first: another file than the pinned one (size or sha256 "
            + "differ); second: Name or service not known).", refused.Message);
        Assert.False(Directory.Exists(Path.Combine(_folder, "cache", "models")));
    }

    [Fact]
    public async Task A_host_that_never_answers_is_given_up()
    {
        using var network = new SilentHandler();
        var time = new FakeTimeProvider();
        var resolving = new ModelCatalog(Offline() with { Http = network, Time = time }).ResolveAsync("zoo", default);
        while (!resolving.IsCompleted)
        {
            time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(1);
        }

        Assert.Contains("first: no answer in time; second: no answer in time",
            (await Assert.ThrowsAsync<ModelException>(() => resolving)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_a_download_leaves_nothing()
    {
        using var network = new SilentHandler();
        using var interrupt = new CancellationTokenSource();
        var resolving = new ModelCatalog(Offline() with { Http = network }).ResolveAsync("zoo", interrupt.Token);
        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving);
        Assert.False(Directory.Exists(Path.Combine(_folder, "cache")));
    }

    [NsfwjsFact]
    public async Task Offline_nsfwjs_s_model_is_imported_once_and_said_to_be_for_another_task()
    {
        var imports = new List<string>();
        var catalog = new ModelCatalog(Offline() with { Root = RepositoryRoot.Path, Notify = imports.Add });

        var model = await catalog.ResolveAsync(null, default);
        var again = await catalog.ResolveAsync(null, default);

        Assert.Equal((1280, PixelScaling.ZeroToOne), (model.Metadata.FeatureWidth, model.Metadata.Scaling));
        Assert.Contains("fine-tuned for another task", model.Why, StringComparison.Ordinal);
        Assert.Contains("cannot be downloaded (first: Name or service not known", model.Why, StringComparison.Ordinal);
        Assert.Contains("fine-tuned for another task", again.Why, StringComparison.Ordinal);
        Assert.Equal(model.Metadata, again.Metadata);
        Assert.Single(imports, work => work.StartsWith("importing", StringComparison.Ordinal));
        Assert.Equal(["GET first", "GET second"], _offline.Requests);
    }

    [NsfwjsFact]
    public async Task An_import_is_redone_when_the_package_changes()
    {
        var imports = new List<string>();
        var catalog = new ModelCatalog(Offline() with { Root = RepositoryRoot.Path, Notify = imports.Add });
        var model = await catalog.ResolveAsync("nsfwjs", default);
        var sidecar = ModelDescription.SidecarOf(model.Path);
        var description = await File.ReadAllTextAsync(sidecar);
        var at = description.IndexOf("sourceSha256\":\"", StringComparison.Ordinal) + "sourceSha256\":\"".Length;
        await File.WriteAllTextAsync(sidecar, description[..at] + new string('0', 64) + description[(at + 64)..]);

        await catalog.ResolveAsync("nsfwjs", default);

        Assert.Equal(2, imports.Count);
        Assert.Equal(description, await File.ReadAllTextAsync(sidecar));
    }

    [Fact]
    public async Task Without_any_model_the_sentence_says_what_to_do()
        => Assert.Equal(
            "There is no model: the ONNX Model Zoo's cannot be downloaded (first: Name or service not known; second: Name or "
            + "service not known), and npm's nsfwjs is not installed; give one with --model FILE.onnx, or run ./pomona setup.",
            (await Assert.ThrowsAsync<ModelException>(() => new ModelCatalog(Offline()).ResolveAsync(null, default))).Message);

    [Fact]
    public async Task The_model_imported_last_is_used_and_a_damaged_one_is_never_passed_over_in_silence()
    {
        using var network = new AnsweringHandler(new() { ["first"] = AnsweringHandler.Serving(ZooFile) });
        var catalog = new ModelCatalog(Offline() with { Http = network });
        await catalog.ImportAsync("zoo", default);
        var imported = await catalog.ImportAsync(await WriteModelAsync("mine.onnx"), default);

        var model = await catalog.ResolveAsync(null, default);
        Assert.Equal((imported.Path, "mine, because it was imported last."), (model.Path, model.Why));

        await File.AppendAllTextAsync(imported.Path, "x");
        var refused = await Assert.ThrowsAsync<ModelException>(() => catalog.ResolveAsync(null, default));
        Assert.Contains("missing from the cache or damaged: import it again", refused.Message, StringComparison.Ordinal);

        await catalog.ImportAsync("zoo", default);
        Assert.Equal("small-zoo", (await catalog.ResolveAsync(null, default)).Metadata.Name);
    }

    [Fact]
    public async Task A_damaged_download_in_the_cache_is_fetched_again()
    {
        using var network = new AnsweringHandler(new() { ["first"] = AnsweringHandler.Serving(ZooFile) });
        var catalog = new ModelCatalog(Offline() with { Http = network });
        var model = await catalog.ResolveAsync(null, default);
        await File.WriteAllTextAsync(model.Path, "damaged");

        Assert.Equal(model.Metadata, (await catalog.ResolveAsync(null, default)).Metadata);
        Assert.Equal(2, network.Requests.Count);
        Assert.Equal(["damaged"], SetAside(model.Path));
    }

    [Theory]
    [InlineData(".onnx")]
    [InlineData(".json")]
    [InlineData("preferred")]
    public async Task A_file_in_the_cache_that_no_import_wrote_is_not_lost(string foreign)
    {
        var catalog = new ModelCatalog(Offline());
        var model = (await catalog.ImportAsync(await WriteModelAsync("mine.onnx"), default)).Path;
        Directory.Delete(Path.GetDirectoryName(model)!, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(model)!);
        var path = foreign.StartsWith('.')
            ? Path.ChangeExtension(model, foreign)
            : Path.Combine(Path.GetDirectoryName(model)!, foreign);
        await File.WriteAllTextAsync(path, "somebody's, on two lines\nof text");

        var imported = await catalog.ImportAsync(await WriteModelAsync("mine.onnx"), default);

        Assert.Equal(["somebody's, on two lines\nof text"], SetAside(path));
        Assert.Equal(imported.Path, (await catalog.ResolveAsync(null, default)).Path);
    }

    [Fact]
    public async Task An_import_replaces_its_own_earlier_one_and_leaves_nothing_beside()
    {
        using var network = new AnsweringHandler(new() { ["first"] = AnsweringHandler.Serving(ZooFile) });
        var catalog = new ModelCatalog(Offline() with { Http = network });
        var model = await catalog.ImportAsync(await WriteModelAsync("mine.onnx"), default);
        var files = Directory.GetFiles(Path.GetDirectoryName(model.Path)!).Order(StringComparer.Ordinal).ToArray();

        await catalog.ImportAsync(await WriteModelAsync("mine.onnx"), default);

        Assert.Equal(files, Directory.GetFiles(Path.GetDirectoryName(model.Path)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"scaling": "bgr"}""")]
    [InlineData("""{"scaling": {"mean": [1, 2], "scale": [1, 1, 1]}}""")]
    [InlineData("""{"scaling": "zeroToOne", "colours": "bgr"}""")]
    [InlineData("""{"scaling": "zeroToOne", "layout": "chwn"}""")]
    [InlineData("""{"scaling": "zeroToOne", "width": -1}""")]
    public async Task A_wrong_sidecar_is_refused_in_one_sentence(string sidecar)
    {
        var path = await WriteModelAsync("fruit.onnx", sidecar);

        var refused = await Assert.ThrowsAsync<ModelException>(() => new ModelCatalog(Offline()).ResolveAsync(path, default));

        Assert.StartsWith($"The model's description in {Path.ChangeExtension(path, ".json")} is wrong (", refused.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task A_sidecar_may_give_any_mean_and_scale()
    {
        var path = await WriteModelAsync(
            "fruit.onnx", """{"scaling": {"mean": [1, 2.5, 3], "scale": [0.5, 1, 2]}, "name": "Obst"}""");

        var model = await new ModelCatalog(Offline()).ResolveAsync(path, default);

        Assert.Equal(new PixelScaling([1, 2.5f, 3], [0.5f, 1, 2]), model.Metadata.Scaling);
        Assert.Equal("Obst", model.Metadata.Name);
    }

    [Fact]
    public async Task A_missing_file_a_folder_and_something_else_are_refused()
    {
        var catalog = new ModelCatalog(Offline());
        var text = Path.Combine(_folder, "text.onnx");
        await File.WriteAllTextAsync(text, "This is no model.");

        Assert.Contains("There is no model file", await Reason(Path.Combine(_folder, "none.onnx")), StringComparison.Ordinal);
        Assert.Contains("is a folder", await Reason(_folder), StringComparison.Ordinal);
        Assert.Contains("is not an ONNX model", await Reason(text), StringComparison.Ordinal);

        async Task<string> Reason(string path)
            => (await Assert.ThrowsAsync<ModelException>(() => catalog.ResolveAsync(path, default))).Message;
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_or_has_no_place_is_said_so()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        var path = Path.Combine(_folder, "fruit.onnx");
        await File.WriteAllBytesAsync(path, ZooFile);
        await File.WriteAllTextAsync(Path.ChangeExtension(path, ".json"), """{"scaling": "zeroToOne"}""");

        Assert.Contains("set POMONA_CACHE to a folder that can", await Reason(Path.Combine(_folder, "file")), StringComparison.Ordinal);
        Assert.Contains("set POMONA_CACHE to a folder, or HOME", await Reason(null), StringComparison.Ordinal);

        async Task<string> Reason(string? cache) => (await Assert.ThrowsAsync<ModelException>(
            () => new ModelCatalog(Offline() with { CacheFolder = cache }).ResolveAsync(path, default))).Message;
    }

    [Fact]
    public void The_environment_says_where_the_cache_is()
    {
        Assert.Equal("/c", Cache(new() { ["POMONA_CACHE"] = "/c", ["XDG_CACHE_HOME"] = "/x", ["HOME"] = "/h" }));
        Assert.Equal(Path.Combine("/x", "pomona"), Cache(new() { ["POMONA_CACHE"] = "", ["XDG_CACHE_HOME"] = "/x", ["HOME"] = "/h" }));
        Assert.Equal(Path.Combine("/h", ".cache", "pomona"), Cache(new() { ["HOME"] = "/h" }));
        Assert.Null(Cache([]));

        static string? Cache(Dictionary<string, string> environment)
            => ModelCatalogOptions.FromEnvironment(environment.GetValueOrDefault).CacheFolder;
    }

    private static IEnumerable<string> SetAside(string path) => Directory
        .EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".set-aside-*").Select(File.ReadAllText);

    private ModelCatalogOptions Offline() => new()
    {
        CacheFolder = Path.Combine(_folder, "cache"),
        Http = _offline,
        Root = _folder,
        Program = _folder,
        Zoo = new ZooModel(
            "small-zoo", Sha256Text.Of(ZooFile), ZooFile.Length,
            [new("https://first/model.onnx"), new("https://second/model.onnx")],
            new ModelDescription(Name: "small-zoo", Scaling: PixelScaling.ImageNet)),
    };

    private async Task<string> WriteModelAsync(string name, string sidecar = """{"scaling": "zeroToOne"}""")
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, SmallModels.ChannelMeans(true, 4, 4));
        await File.WriteAllTextAsync(Path.ChangeExtension(path, ".json"), sidecar);
        return path;
    }

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("It never answers.");
        }
    }
}
