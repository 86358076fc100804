using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Numerics.Reduction;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Tests.Pipeline;

public sealed class KeptBasisTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 2);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Old_images_have_their_old_components_among_new_ones_and_the_page_says_how_well_they_fit()
    {
        await RunFixture.RunAsync(_run.Request("before", components: 6));
        var before = Components("before");
        var image = File.ReadAllBytes(Directory.EnumerateFiles(_run.Input, "*.*", SearchOption.AllDirectories).First());
        _run.Write("fruits/Aubergine/1.jpg", image);

        var marker = await RunFixture.RunAsync(_run.Request("now", components: 50) with { Basis = _run["before"] });

        var now = Components("now");
        Assert.Equal(before.Count + 1, now.Count);
        Assert.All(before, row => Assert.Equal(row.Value, now[row.Key]));
        Assert.Equal(6, marker.Summary.Components);
        PcaModel then = Pca("before"), kept = Pca("now");
        Assert.Equal(then.Components, kept.Components);
        Assert.Equal(20, kept.Count);
        Assert.InRange(kept.ExplainedVarianceShare, 0.1, kept.OwnVarianceShare!.Value);
        var page = System.Net.WebUtility.HtmlDecode(File.ReadAllText(_run["now/report.html"]));
        Assert.Contains(
            $"Scaling and components are kept from the run {_run["before"]}, which fitted them to 20 images: its coordinates and these are comparable. "
            + "As many components fitted to these images would keep ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_killed_goes_on_with_its_basis_and_with_no_other()
    {
        await RunFixture.RunAsync(_run.Request("before", components: 6));
        var asked = _run.Request("now", components: 3) with { Basis = _run["before"] };
        await RunFixture.RunAsync(asked);
        var whole = _run.Lasting("now");
        foreach (var file in (string[])["_SUCCESS", "report.html", "components/shard-00001.parquet"])
            File.Delete(_run["now/" + file]);

        await RunFixture.RunAsync(asked);

        Assert.Equal(whole, _run.Lasting("now"));
        Assert.Contains("fitted to these images would keep", File.ReadAllText(_run["now/report.html"]), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(asked with { Basis = null }));
        Assert.Contains($"--basis was {_run["before"]} and is now none", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_finished_run_or_of_other_features_is_refused_before_anything_is_written()
    {
        await RunFixture.RunAsync(_run.Request("before", components: 6));

        await RefusedAsync(_run.Request("now") with { Basis = _run["nowhere"] }, "holds no finished run");
        await RefusedAsync(
            _run.Request("now") with { Basis = _run["before"], Resize = ResizeFilter.Nearest }, "resize was bicubic and is now nearest");
        await RefusedAsync(_run.Request("now") with { Basis = _run["before"], Components = Share() }, "--components is 0.95: leave it out");
        var json = File.ReadAllText(_run["before/model/pca.json"]);
        File.WriteAllText(_run["before/model/pca.json"], json.Replace("\"resize\":", "\"resize\":1,\"resize\":", StringComparison.Ordinal));
        await RefusedAsync(_run.Request("now") with { Basis = _run["before"] }, "pca.json is damaged");
        File.WriteAllText(_run["before/model/pca.json"], json.Replace("\"resize\":\"bicubic\"", "\"resize\":1", StringComparison.Ordinal));
        await RefusedAsync(_run.Request("now") with { Basis = _run["before"] }, "resize was unknown and is now bicubic");
        File.WriteAllText(_run["before/model/pca.json"], "{}");
        await RefusedAsync(_run.Request("now") with { Basis = _run["before"] }, "pca.json is damaged");

        static ComponentCount Share() => ComponentCount.TryParse("95%", 1280, out var share) ? share : throw new InvalidOperationException();

        async Task RefusedAsync(Job.Pipeline.RunRequest request, string says)
        {
            var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(request));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_run["now"]) && Directory.EnumerateFileSystemEntries(_run["now"]).Any());
        }
    }

    private PcaModel Pca(string output) => PcaModel.ReadJson(new MemoryStream(File.ReadAllBytes(Path.Combine(_run[output], RunLayout.PcaJson))));

    private Dictionary<string, float[]> Components(string output)
    {
        var rows = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_run[output + "/components"]))
        {
            using var part = new PartReader(File.ReadAllBytes(file));
            while (part.ReadRowGroup(out var images, out _, out var values, out var count))
            {
                for (var row = 0; row < count; row++)
                    rows.Add(images[row], values.AsSpan(row * part.Width, part.Width).ToArray());
            }
        }

        return rows;
    }
}
