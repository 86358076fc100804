using System.Text.Json;
using Pomona.Contracts;
using Pomona.Numerics.Reduction;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>Runs over images of which some are for testing alone.</summary>
public sealed class TestSplitTests : IDisposable
{
    private readonly RunFixture _run = new();

    public TestSplitTests()
    {
        foreach (var image in Directory.GetFiles(_run.Input, "*.jpg", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(_run.Input, image);
            var number = int.Parse(Path.GetFileNameWithoutExtension(name)[^4..], System.Globalization.CultureInfo.InvariantCulture);
            _run.Write(Path.Combine("split", number % 4 == 0 ? "Test" : "Training", name), File.ReadAllBytes(image));
        }
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Training_and_test_folders_are_no_classes_and_the_page_and_the_marker_tell_the_score()
    {
        var marker = await RunFixture.RunAsync(Split());

        Assert.Equal((40, 10), (marker.Summary.Images, marker.Summary.Labels));
        Assert.Equal(("Test", 10), (marker.Summary.Test!.Folder, (int)marker.Summary.Test.Images));
        Assert.InRange(marker.Summary.Test.Accuracy!.Value, 0.3, 1);
        Assert.Equal(30, Pca("out").Count);
        var labels = JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(_run["out/" + RunLayout.Labels]))!;
        Assert.Equal(Directory.GetDirectories(_run.Input).Select(Path.GetFileName).Order(StringComparer.Ordinal), labels);
        var page = System.Net.WebUtility.HtmlDecode(File.ReadAllText(_run["out/report.html"]));
        Assert.Contains("Of the 10 images in Test/, which neither it nor the components have seen, it names", page, StringComparison.Ordinal);
        Assert.Contains("trained on the other 30 images", page, StringComparison.Ordinal);
        Assert.Contains("Published classifier on Test/", page, StringComparison.Ordinal);
        Assert.Single(RunRemarks.Of(marker.Summary), remark => remark.Contains("for testing alone", StringComparison.Ordinal));
        Assert.Equal(marker.Summary.Test, (await RunFixture.RunAsync(Split())).Summary.Test);
    }

    [Fact]
    public async Task Nothing_of_the_images_for_testing_is_in_what_they_test()
    {
        await RunFixture.RunAsync(Split());
        // Other pictures for testing, under the same names: nothing that is fitted changes.
        var pictures = Directory.GetFiles(_run["split/Training"], "*.jpg", SearchOption.AllDirectories);
        foreach (var (image, at) in Directory.GetFiles(_run["split/Test"], "*.jpg", SearchOption.AllDirectories).Select((image, at) => (image, at)))
            File.Copy(pictures[at], image, overwrite: true);
        await RunFixture.RunAsync(Split("other"));

        var (first, second) = (_run.Lasting("out"), _run.Lasting("other"));
        Assert.All(
            (string[])[RunLayout.PcaJson, RunLayout.ComponentsModel, RunLayout.ImageModel, RunLayout.ClassModel, RunLayout.Labels],
            file => Assert.Equal(first[file], second[file]));
        Assert.NotEqual(first[RunLayout.Components(0)], second[RunLayout.Components(0)]);
    }

    [Fact]
    public async Task A_named_folder_tests_the_classes_beside_it()
    {
        Directory.Move(_run["split/Test"], _run["fruits/held out"]);
        var marker = await RunFixture.RunAsync(_run.Request(shardSize: 20) with { TestSplit = "held out" });

        Assert.Equal((50, 10), (marker.Summary.Images, marker.Summary.Labels));
        Assert.Equal(new TestResult("held out", 10, marker.Summary.Test!.Accuracy), marker.Summary.Test);
        Assert.Equal(40, Pca("out").Count);

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(shardSize: 20)));
        Assert.Contains("--test-split was held out and is now none", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "there is no image in the folder 'nowhere'")]
    [InlineData("split", "all 40 images are in the folder 'split'")]
    public async Task A_folder_that_has_no_image_or_all_of_them_is_refused_before_anything_is_written(string folder, string sentence)
    {
        Directory.CreateDirectory(_run["all"]);
        Directory.Move(_run["split"], _run["all/split"]);
        var refused = await Assert.ThrowsAsync<PomonaException>(
            () => RunFixture.RunAsync(_run.Request() with { Input = _run["all"], TestSplit = folder }));

        Assert.Equal(ExitCode.Input, refused.Code);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_run["out"]) && Directory.EnumerateFileSystemEntries(_run["out"]).Any());
    }

    [Fact]
    public async Task One_class_has_no_classifier_and_the_page_says_why()
    {
        foreach (var folder in Directory.GetDirectories(_run.Input).Skip(1))
            Directory.Delete(folder, recursive: true);
        await RunFixture.RunAsync(_run.Request());

        Assert.False(File.Exists(_run["out/" + RunLayout.ClassModel]));
        Assert.False(File.Exists(_run["out/" + RunLayout.Labels]));
        Assert.Contains(
            "There is no classifier (model/image-to-class.onnx), because there is only one class.", File.ReadAllText(_run["out/report.html"]), StringComparison.Ordinal);
    }

    private Job.Pipeline.RunRequest Split(string output = "out") => _run.Request(output, shardSize: 8) with { Input = _run["split"] };

    private PcaModel Pca(string output)
    {
        using var json = File.OpenRead(_run[$"{output}/{RunLayout.PcaJson}"]);
        return PcaModel.ReadJson(json);
    }
}
