using System.Text;
using System.Text.Json;
using Pomona.Contracts;

namespace Pomona.Storage.Tests;

public sealed class ClaimTests : IDisposable
{
    private static readonly DatasetLock Mine = new(
        DatasetName.Parse("fruits"), RunId.Parse("20261121T130455Z-3f9a2c1b"), "fruits-1", DateTimeOffset.UnixEpoch);

    private readonly MemoryStore _store = new();

    private Claim<DatasetLock> Claim => new(_store, "locks/fruits", ContractJson.Readable.DatasetLock);

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task It_is_taken_once_kept_by_its_version_and_free_again_when_given_up()
    {
        var theirs = Mine with { ExecutionName = "fruits-2" };
        var taken = await Claim.TakeAsync(Mine, CancellationToken.None);

        Assert.Null(await Claim.TakeAsync(theirs, CancellationToken.None));
        Assert.Equal(new Held<DatasetLock>(Mine, taken!), await Claim.FindAsync(CancellationToken.None));

        var takenOver = await Claim.ReplaceAsync(taken!, theirs, CancellationToken.None);
        Assert.Null(await Claim.ReplaceAsync(taken!, Mine, CancellationToken.None));
        Assert.False(await Claim.GiveUpAsync(taken!, CancellationToken.None));
        Assert.Equal(new Held<DatasetLock>(theirs, takenOver!), await Claim.FindAsync(CancellationToken.None));

        Assert.True(await Claim.GiveUpAsync(takenOver!, CancellationToken.None));
        Assert.Null(await Claim.FindAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_data_set_s_lock_is_the_same_JSON_as_ever()
    {
        await Claim.TakeAsync(Mine, CancellationToken.None);

        Assert.Equal(
            """{"dataset":"fruits","run":"20261121T130455Z-3f9a2c1b","executionName":"fruits-1","takenAt":"1970-01-01T00:00:00+00:00"}""",
            Encoding.UTF8.GetString(_store["locks/fruits"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"dataset":"../x"}""")]
    public async Task One_that_cannot_be_read_is_nobody_s_and_can_be_taken_over(string content)
    {
        _store["locks/fruits"] = Encoding.UTF8.GetBytes(content);

        var found = await Claim.FindAsync(CancellationToken.None);

        Assert.Null(found!.Holder);
        Assert.NotNull(await Claim.ReplaceAsync(found.ETag, Mine, CancellationToken.None));
        Assert.Equal(Mine, JsonSerializer.Deserialize(_store["locks/fruits"], ContractJson.Readable.DatasetLock));
    }

    [Fact]
    public async Task Of_many_that_want_it_exactly_one_holds_it_however_many_answers_are_lost_or_come_twice()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            using var store = new MemoryStore();
            var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                using var troubled = new TroubledStore(store, (seed * 10) + writer, oneIn: 2);
                var claim = new Claim<DatasetLock>(troubled, "locks/fruits", ContractJson.Readable.DatasetLock);
                var mine = Mine with { ExecutionName = $"fruits-{writer}" };
                // Whoever hears nothing at all asks again.
                for (var attempt = 0; attempt < 50; attempt++)
                {
                    try
                    {
                        return await claim.TakeAsync(mine, CancellationToken.None) is { } etag ? (writer, etag) : default((int Writer, string ETag)?);
                    }
                    catch (StoreException)
                    {
                    }
                }

                throw new InvalidOperationException("no answer ever came");
            })));

            var holder = Assert.Single(taken, one => one is not null)!.Value;
            var found = await new Claim<DatasetLock>(store, "locks/fruits", ContractJson.Readable.DatasetLock).FindAsync(CancellationToken.None);
            Assert.Equal(($"fruits-{holder.Writer}", holder.ETag), (found!.Holder!.ExecutionName, found.ETag));
        }
    }

    [Fact]
    public async Task One_too_large_to_be_one_is_nobody_s()
    {
        _store["locks/fruits"] = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Mine, ContractJson.Readable.DatasetLock) + new string(' ', 5000));

        Assert.Null((await Claim.FindAsync(CancellationToken.None))!.Holder);
    }
}
