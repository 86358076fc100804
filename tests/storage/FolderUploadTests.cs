using Pomona.Contracts;

namespace Pomona.Storage.Tests;

public sealed class FolderUploadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStore _store = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_there_with_the_same_content_is_not_sent_again_and_what_differs_is_replaced()
    {
        Write("apple/1.jpg", "one");
        Write("apple/2.jpg", "two");
        Assert.Equal(new UploadedFolder(2, 0, 0, 6), await UploadAsync());
        Write("apple/2.jpg", "TWO");
        Write("pear/3.jpg", "three");
        var writes = new List<string>();
        _store.Before = (operation, key) =>
        {
            lock (writes)
            {
                if (operation is not ("list" or "get"))
                    writes.Add(key);
            }
        };

        Assert.Equal(new UploadedFolder(1, 1, 1, 11), await UploadAsync());
        Assert.Equal(["datasets/x/apple/2.jpg", "datasets/x/pear/3.jpg"], writes.Order());
        Assert.Equal("TWO"u8.ToArray(), _store["datasets/x/apple/2.jpg"]);
    }

    [Fact]
    public async Task An_upload_that_broke_off_is_gone_on_with_by_the_same_call()
    {
        for (var i = 0; i < 30; i++)
            Write($"apple/{i:00}.jpg", $"image {i}");
        var left = 10;
        _store.Before = (operation, key) =>
        {
            if (operation == "put" && Interlocked.Decrement(ref left) < 0)
                throw new StoreException(StoreFault.Unreachable, "the network went");
        };
        await Assert.ThrowsAsync<StoreException>(UploadAsync);
        var there = _store.Keys.Count;
        _store.Before = (_, _) => { };

        Assert.Equal(new UploadedFolder(30 - there, there, 0, 230), await UploadAsync());
    }

    [Theory]
    [InlineData("mkfifo apple/pipe", "'apple/pipe'", "is a pipe, a socket, a device or a link that leads nowhere: nothing was sent")]
    [InlineData("ln -s nowhere apple/link", "'apple/link'", "is a pipe, a socket, a device or a link that leads nowhere: nothing was sent")]
    [InlineData("truncate -s 3G apple/film.jpg", "'apple/film.jpg'", "is larger than 2 GiB")]
    [InlineData("rm -r apple", "there is no file in", ".")]
    public async Task What_cannot_go_is_named_before_anything_is_sent(string made, string named, string reason)
    {
        Write("apple/1.jpg", "one");
        Assert.Equal(0, Tool.Run("sh", ["-c", $"cd '{_folder.Path}' && {made}"]).ExitCode);

        var refused = await Assert.ThrowsAsync<PomonaException>(UploadAsync);

        Assert.Equal(ExitCode.Input, refused.Code);
        Assert.Contains(named, refused.Message);
        Assert.Contains(reason, refused.Message);
        Assert.Empty(_store.Keys);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_and_a_name_longer_than_a_key_are_refused()
    {
        var nowhere = await Assert.ThrowsAsync<PomonaException>(() => FolderUpload.OfAsync(Path.Combine(_folder.Path, "nowhere"), "datasets/x/", default));
        Write(string.Join('/', Enumerable.Repeat(new string('a', 200), 6)) + ".jpg", "one");

        Assert.Contains("there is no folder", nowhere.Message);
        Assert.Contains("1,024 bytes", (await Assert.ThrowsAsync<PomonaException>(UploadAsync)).Message);
    }

    private async Task<UploadedFolder> UploadAsync()
    {
        using var upload = await FolderUpload.OfAsync(_folder.Path, "datasets/x/", default);
        return await upload.RunAsync(_store, (_, _) => { }, default);
    }

    private void Write(string name, string content)
    {
        var file = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
