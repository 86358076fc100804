using System.CommandLine;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Vision.Models.Catalog;
using Pomona.Vision.Tests.Models;

namespace Pomona.Job.Tests.Commands;

public sealed class ModelCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-model-command-").FullName;
    private readonly AnsweringHandler _network = new([]);

    public void Dispose()
    {
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Without_any_model_it_lists_where_it_looked_and_fails()
    {
        var (code, output, error) = await RunAsync();

        Assert.Equal((int)ExitCode.Model, code);
        Assert.Contains("the network does not reach it", output, StringComparison.Ordinal);
        Assert.Contains("not installed: run ./pomona setup", output, StringComparison.Ordinal);
        Assert.StartsWith("pomona: There is no model to use: ", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task An_imported_model_is_the_one_that_it_shows()
    {
        var path = WriteModel();

        var (code, output, error) = await RunAsync("import", path);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("Imported means: runs use it unless --model or POMONA_MODEL names another.", output, StringComparison.Ordinal);

        (code, output, error) = await RunAsync();
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("* cache      means", output, StringComparison.Ordinal);
        Assert.Contains("A run would use means, because", output, StringComparison.Ordinal);
        Assert.Contains("input     image: 4 × 4 RGB, nchw, x / 255", output, StringComparison.Ordinal);
        Assert.Contains("features  means: 3", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_shows_is_what_a_run_resolves()
    {
        var path = WriteModel();
        await RunAsync("import", path);
        foreach (var requested in new[] { null, path })
        {
            string[] arguments = requested is null ? ["--json"] : ["--json", "--model", requested];
            var (code, output, _) = await RunAsync(arguments);
            var resolved = await new ModelCatalog(Options()).ResolveAsync(requested, CancellationToken.None);

            using var survey = JsonDocument.Parse(output);
            var chosen = survey.RootElement.GetProperty("chosen");
            Assert.Equal(0, code);
            Assert.Equal(resolved.Path, chosen.GetProperty("location").GetString());
            Assert.Equal(resolved.Metadata.Sha256, chosen.GetProperty("metadata").GetProperty("sha256").GetString());
            Assert.Equal(requested is null ? "cache" : "requested", chosen.GetProperty("origin").GetString());
        }
    }

    [Fact]
    public async Task A_model_that_cannot_be_used_is_refused_in_one_sentence()
    {
        var none = Path.Combine(_folder, "none.onnx");

        var (code, output, error) = await RunAsync("--model", none);
        Assert.Equal((int)ExitCode.Model, code);
        Assert.Contains("requested  none.onnx", output, StringComparison.Ordinal);
        Assert.Equal($"pomona: There is no model file {none}: check the path given by --model or POMONA_MODEL.", error.TrimEnd());

        (code, output, error) = await RunAsync("import", none);
        Assert.Equal(((int)ExitCode.Model, ""), (code, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(Path.Combine(_folder, "cache")));
    }

    [Fact]
    public async Task A_named_tensor_becomes_the_features()
    {
        var (code, output, _) = await RunAsync("import", WriteModel(), "--model-output", "means", "--json");

        using var metadata = JsonDocument.Parse(output);
        Assert.Equal(0, code);
        Assert.Equal("means", metadata.RootElement.GetProperty("outputName").GetString());
    }

    private string WriteModel()
    {
        var path = Path.Combine(_folder, "means.onnx");
        File.WriteAllBytes(path, SmallModels.ChannelMeans(true, 4, 4));
        File.WriteAllText(Path.ChangeExtension(path, ".json"), """{"scaling": "zeroToOne"}""");
        return path;
    }

    private ModelCatalogOptions Options() => new()
    {
        CacheFolder = Path.Combine(_folder, "cache"),
        Http = _network,
        Root = _folder,
        Program = _folder,
    };

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Program.InvokeAsync(
            ["model", .. arguments], TimeProvider.System, Options(), new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
