using Pomona.Contracts;

namespace Pomona.Contracts.Tests;

public sealed class BucketLayoutTests
{
    private static readonly DatasetName Fruits = DatasetName.Parse("fruits");
    private static readonly RunId Run = RunId.Parse("20261121T130455Z-3f9a2c1b");

    [Fact]
    public void A_run_s_marker_is_read_back_to_its_data_set_and_run()
    {
        var key = BucketLayout.Run(Fruits, Run) + RunLayout.Marker;

        Assert.Equal("runs/fruits/20261121T130455Z-3f9a2c1b/_SUCCESS", key);
        Assert.True(BucketLayout.TryGetMarker(key, out var dataset, out var run));
        Assert.Equal(Fruits, dataset);
        Assert.Equal(Run, run);
    }

    [Theory]
    [InlineData("runs/fruits/20261121T130455Z-3f9a2c1b/features/_SUCCESS")]
    [InlineData("runs/fruits/latest/_SUCCESS")]
    [InlineData("datasets/fruits/_SUCCESS")]
    [InlineData("_SUCCESS")]
    [InlineData("")]
    public void Nothing_but_a_run_s_own_marker_reads_as_one(string key)
        => Assert.False(BucketLayout.TryGetMarker(key, out _, out _));

    [Theory]
    [InlineData("datasets/fruits/apple/1.jpg", true)]
    [InlineData("datasets/fruits/1.jpg", true)]
    [InlineData("datasets/fruits/apple/", false)]
    [InlineData("datasets/fruits/", false)]
    [InlineData("datasets/fruits", false)]
    [InlineData("datasets//1.jpg", false)]
    [InlineData("datasets/bad name/1.jpg", false)]
    [InlineData("runs/fruits/1.jpg", false)]
    public void Only_an_object_inside_a_validly_named_data_set_is_an_upload(string key, bool upload)
        => Assert.Equal(upload, BucketLayout.TryGetDataset(key, out _));

    [Fact]
    public void An_execution_name_fits_into_the_eighty_characters_of_step_functions()
    {
        var longest = DatasetName.Parse(new string('a', DatasetName.MaxLength));

        Assert.True(DatasetLock.ExecutionNameOf(longest, Run).Length <= 80);
    }
}
