namespace Pomona.Contracts.Tests;

public sealed class TestSplitTests
{
    [Fact]
    public void Training_beside_Test_and_nothing_else_is_a_split_whose_classes_are_the_second_folders()
    {
        var split = Of(asked: null, "Test/apple/1.jpg", "Training/apple/2.jpg", "Training/pear/a/3.jpg")!;

        Assert.Equal(new TestSplit("Test", "Training", 1), split);
        Assert.Equal(("apple", "apple", "pear"), (split.LabelOf("Test/apple/1.jpg"), split.LabelOf("Training/apple/2.jpg"), split.LabelOf("Training/pear/a/3.jpg")));
        Assert.True(split.Tests("Test/apple/1.jpg"));
        Assert.False(split.Tests("Training/apple/1.jpg") || split.Tests("Tests/apple/1.jpg") || split.Tests("Test"));
    }

    [Theory]
    [InlineData("Training/apple/1.jpg")] // nothing to test with
    [InlineData("Test/apple/1.jpg")]
    [InlineData("Test/apple/1.jpg", "Training/apple/2.jpg", "loose.jpg")]
    [InlineData("Test/apple/1.jpg", "Training/apple/2.jpg", "Other/apple/2.jpg")]
    [InlineData("Test/1.jpg", "Training/2.jpg")] // two classes of that name
    [InlineData("Test/apple/1.jpg", "Training/2.jpg")]
    [InlineData("test/apple/1.jpg", "training/apple/2.jpg")]
    public void Anything_else_is_none(params string[] images) => Assert.Null(Of(asked: null, images));

    [Fact]
    public void A_folder_that_is_asked_for_leaves_the_others_classes_but_for_Training()
    {
        var split = Of("held", "apple/1.jpg", "held/apple/2.jpg", "held/3.jpg")!;
        Assert.Equal(new TestSplit("held", null, 2, IsAsked: true), split);
        Assert.Equal(("apple", "apple", ManifestEntry.Unlabelled), (split.LabelOf("apple/1.jpg"), split.LabelOf("held/apple/2.jpg"), split.LabelOf("held/3.jpg")));

        split = Of("held", "Training/apple/1.jpg", "held/apple/2.jpg", "pear/3.jpg")!;
        Assert.Equal(("apple", "pear"), (split.LabelOf("Training/apple/1.jpg"), split.LabelOf("pear/3.jpg")));
    }

    [Fact]
    public void One_that_holds_no_image_or_all_of_them_is_refused()
    {
        Assert.Contains("there is no image in the folder 'held'", Of("held", "apple/1.jpg")!.Refusal(1), StringComparison.Ordinal);
        Assert.Contains("all 2 images are in the folder 'held'", Of("held", "held/a/1.jpg", "held/b/1.jpg")!.Refusal(2), StringComparison.Ordinal);
        Assert.Null(Of("held", "apple/1.jpg", "held/a/1.jpg")!.Refusal(2));
        Assert.Null(Of("held")!.Refusal(0));
    }

    [Theory]
    [InlineData("Test", true)]
    [InlineData("held out", true)]
    [InlineData("", false)]
    [InlineData("a/b", false)]
    [InlineData("..", false)]
    [InlineData(".hidden", false)]
    [InlineData(null, false)]
    public void A_first_folder_that_may_hold_images_can_be_named(string? name, bool can) => Assert.Equal(can, TestSplit.IsFolder(name));

    [Fact]
    public void A_plan_without_one_has_classes_as_ever_and_the_same_bytes()
    {
        var plan = new RunPlan("in", 1, 1, 1, 512, 0, "f");

        Assert.Equal(("Test", false), (plan.LabelOf("Test/apple/1.jpg"), plan.Tests("Test/apple/1.jpg")));
        Assert.DoesNotContain("testSplit", System.Text.Json.JsonSerializer.Serialize(plan, ContractJson.Readable.RunPlan), StringComparison.Ordinal);
    }

    private static TestSplit? Of(string? asked, params string[] images)
    {
        using var tally = new SnapshotTally(asked);
        foreach (var image in images)
            tally.Add(new ManifestEntry(image, 1, "e"));
        return tally.TestSplit;
    }
}
