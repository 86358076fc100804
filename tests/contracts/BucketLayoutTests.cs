using CsCheck;
using Pomona.Contracts;

namespace Pomona.Contracts.Tests;

public sealed class BucketLayoutTests
{
    private static readonly DatasetName Fruits = DatasetName.Parse("fruits");
    private static readonly RunId Run = RunId.Parse("20261121T130455Z-3f9a2c1b");

    private static readonly Gen<DatasetName> Names = Gen.Char["abcxyzABCXYZ0189-_"].Array[1, DatasetName.MaxLength]
        .Select(letters => new string(letters)).Where(text => text[0] is not ('-' or '_')).Select(DatasetName.Parse);

    private static readonly Gen<RunId> Runs = Gen.Select(
        Gen.Long[new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), new DateTimeOffset(2199, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds()]
            .Select(DateTimeOffset.FromUnixTimeSeconds),
        Gen.UInt,
        RunId.Create);

    [Fact]
    public void Any_name_and_run_are_read_back_from_their_text_and_from_their_marker_s_key()
        => Gen.Select(Names, Runs).Sample((name, run) =>
        {
            Assert.Equal((name, run), (DatasetName.Parse(name.Value), RunId.Parse(run.Value)));
            Assert.True(BucketLayout.TryGetMarker(BucketLayout.Run(name, run) + RunLayout.Marker, out var dataset, out var marked));
            Assert.Equal((name, run), (dataset, marked));
        });

    [Fact]
    public void Any_image_s_key_is_read_back_to_its_data_set()
        => Gen.Select(Names, Gen.String[1, 20].Where(key => !key.EndsWith('/'))).Sample((name, image) =>
        {
            Assert.True(BucketLayout.TryGetDataset(BucketLayout.Dataset(name) + image, out var dataset));
            Assert.Equal(name, dataset);
        });

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
