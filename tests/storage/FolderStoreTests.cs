using System.Diagnostics;
using System.Net.Sockets;
using Pomona.Contracts;

namespace Pomona.Storage.Tests;

public sealed class FolderStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_listing_is_in_the_order_of_whole_keys_as_S3_lists()
    {
        string[] keys = ["b/1.jpg", "a/z.jpg", "a.jpg", "a-b/1.jpg", "a/b/1.jpg", "a0.jpg", "\uFF5E.jpg", "\U0001F34E.jpg", "A.jpg"];
        foreach (var key in keys)
            _folder.Write(key, [1]);

        var listed = await Keys();

        Assert.Equal(keys.Order(KeyOrder.Instance), listed);
    }

    [Fact]
    public async Task Odd_names_are_listed_and_read_back_whole()
    {
        string[] keys =
        [
            "with space/a b.jpg", "quote\"'s/`x`.jpg", "new\nline/1\n2.jpg", "back\\slash.jpg", "*?[x].jpg",
            new string('n', 250) + ".jpg", "été/pêche.jpg", "...jpg", "-rf.jpg", "#%25+.jpg",
        ];
        foreach (var key in keys)
            _folder.Write(key, System.Text.Encoding.UTF8.GetBytes(key));

        using var store = new FolderStore(_folder.Path);
        Assert.Equal(keys.Order(KeyOrder.Instance), await Keys());
        foreach (var key in keys)
        {
            using var bytes = await store.ReadAsync(key, etag: null, CancellationToken.None);
            Assert.Equal(key, System.Text.Encoding.UTF8.GetString(bytes.Span));
        }
    }

    [Fact]
    public async Task Names_that_are_not_UTF_8_are_listed_each_and_say_so_when_read()
    {
        // .NET cannot make such names: the shell can.
        await ShellAsync("touch \"$(printf 'a\\377.jpg')\" \"$(printf 'a\\376.jpg')\"");

        var listed = await Keys();
        using var store = new FolderStore(_folder.Path);

        Assert.Equal(2, listed.Distinct(StringComparer.Ordinal).Count());
        foreach (var key in listed)
            Assert.Equal(StoreFault.Unnameable, (await FailureOf(() => store.ReadAsync(key, null, CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task A_link_that_leads_back_to_its_folder_ends_the_walk_there()
    {
        _folder.Write("a/1.jpg", [1]);
        Directory.CreateSymbolicLink(_folder["a/again"], _folder["a"]);
        Directory.CreateSymbolicLink(_folder["b"], _folder["a"]);
        File.CreateSymbolicLink(_folder["dangling.jpg"], _folder["nowhere"]);

        Assert.Equal(["a/1.jpg", "b/1.jpg", "dangling.jpg"], await Keys());
    }

    [Fact]
    public async Task Relative_links_within_linked_folders_lead_where_the_system_says_and_a_ring_of_links_ends()
    {
        _folder.Write("photos/own.jpg", [1]);
        _folder.Write("elsewhere/more/2.jpg", [1]);
        _folder.Write("elsewhere/away/1.jpg", [1]);
        Directory.CreateSymbolicLink(_folder["photos/linked"], "../elsewhere/more");
        Directory.CreateSymbolicLink(_folder["elsewhere/more/there"], "../away");
        Directory.CreateSymbolicLink(_folder["elsewhere/away/back"], "../more");
        Directory.CreateSymbolicLink(_folder["elsewhere/more/self"], ".");

        using var store = new FolderStore(_folder["photos"]);

        Assert.Equal(
            ["linked/2.jpg", "linked/there/1.jpg", "own.jpg"],
            await store.ListAsync("", CancellationToken.None).Select(o => o.Key).ToListAsync());
    }

    [Theory]
    [InlineData("../outside.jpg")]
    [InlineData("a/../../outside.jpg")]
    [InlineData("/etc/hostname")]
    [InlineData("a\0.jpg")]
    public async Task Nothing_outside_the_folder_is_read_written_or_removed_whatever_the_key(string key)
    {
        _folder.Write("outside.jpg", [1]);
        _folder.Write("photos/a/1.jpg", [1]);
        using var store = new FolderStore(_folder["photos"]);
        Func<Task>[] calls =
        [
            () => store.ReadAsync(key, null, CancellationToken.None),
            () => store.TryReadAsync(key, 1, CancellationToken.None),
            () => store.TryScanAsync(key, () => _ => { }, CancellationToken.None),
            () => store.ExistsAsync(key, CancellationToken.None),
            () => store.WriteAsync(key, new byte[] { 2 }, CancellationToken.None),
            () => store.TryCreateAsync(key, new byte[] { 2 }, CancellationToken.None),
            () => store.TryReplaceAsync(key, "1-1", new byte[] { 2 }, CancellationToken.None),
            () => store.DeleteAsync(key, CancellationToken.None),
            () => store.TryDeleteAsync(key, "1-1", CancellationToken.None),
        ];

        foreach (var call in calls)
            Assert.Equal(StoreFault.Outside, (await Assert.ThrowsAsync<StoreException>(call)).Fault);
        Assert.Equal([1], File.ReadAllBytes(_folder["outside.jpg"]));
    }

    [Fact]
    public async Task A_closed_folder_follows_links_within_it_and_none_that_leads_out()
    {
        _folder.Write("outside/1.jpg", [1]);
        _folder.Write("photos/a/1.jpg", [2]);
        Directory.CreateSymbolicLink(_folder["photos/out"], "../outside");
        File.CreateSymbolicLink(_folder["photos/a/out.jpg"], _folder["outside/1.jpg"]);
        Directory.CreateSymbolicLink(_folder["photos/b"], "a");
        using var store = StoreAddress.Open(_folder["photos"], isClosed: true);

        using var within = await store.ReadAsync("b/1.jpg", null, CancellationToken.None);
        Assert.Equal([2], within.Span.ToArray());
        foreach (var key in (string[])["out/1.jpg", "a/out.jpg", "b/out.jpg"])
            Assert.Equal(StoreFault.Outside, (await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync(key, null, CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task Pipes_sockets_devices_and_links_to_themselves_are_listed_and_refused_by_name_when_read()
    {
        await ShellAsync("mkfifo pipe.jpg; ln -s itself.jpg itself.jpg; ln -s /dev/zero device.jpg; mkdir folder; ln -s folder folder.jpg");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder["socket.jpg"]));
        _folder.Write("real.jpg", [1]);
        using var store = new FolderStore(_folder.Path);

        Assert.Equal(["device.jpg", "itself.jpg", "pipe.jpg", "real.jpg", "socket.jpg"], await Keys());
        foreach (var key in (string[])["device.jpg", "itself.jpg", "pipe.jpg", "socket.jpg"])
        {
            Assert.Equal(StoreFault.Unreadable, (await FailureOf(() => store.ReadAsync(key, null, CancellationToken.None))).Fault);
            Assert.Equal(StoreFault.Unreadable, (await FailureOf(() => store.TryReadAsync(key, 10, CancellationToken.None))).Fault);
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_listed_is_told_by_its_name_and_the_others_are_listed()
    {
        await ShellAsync("mkdir -p \"$(printf 'a\\377')\"; touch \"$(printf 'a\\377')/1.jpg\"");
        _folder.Write("b/1.jpg", [1]);

        Assert.Equal(["a\uFFFD/", "b/1.jpg"], await Keys());
    }

    [Fact]
    public async Task A_file_that_another_program_has_locked_is_read()
    {
        _folder.Write("1.jpg", [1, 2, 3]);
        using var other = Process.Start(new ProcessStartInfo("flock", ["-x", _folder["1.jpg"], "sh", "-c", "echo held; read nothing"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        using var store = new FolderStore(_folder.Path);

        using (var read = await store.ReadAsync("1.jpg", null, CancellationToken.None))
            Assert.Equal([1, 2, 3], read.Span.ToArray());
        Assert.Equal(3, (await store.TryReadAsync("1.jpg", 10, CancellationToken.None))!.Content.Length);

        other.StandardInput.Close();
        await other.WaitForExitAsync();
    }

    [Theory]
    [InlineData("908632224000")] // the year 30762: what a copy from SMB may leave, beyond .NET's dates
    [InlineData("-2000000000")]
    public async Task A_file_of_any_date_has_a_version(string secondsSince1970)
    {
        // The file system of /dev/shm keeps any date.
        var folder = Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetRandomFileName())).FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "1.jpg"), [1]);
            await ShellAsync($"touch -d @{secondsSince1970} '{folder}/1.jpg'");
            using var store = new FolderStore(folder);

            var listed = await store.ListAsync("", CancellationToken.None).SingleAsync();

            using (var read = await store.ReadAsync("1.jpg", listed.ETag, CancellationToken.None))
                Assert.Equal([1], read.Span.ToArray());
            Assert.NotNull(await store.TryReplaceAsync("1.jpg", listed.ETag, new byte[] { 2 }, CancellationToken.None));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("touch taken", "taken", "is a file, not a folder")]
    [InlineData("touch taken", "taken/below/it", "is a file, not a folder")]
    [InlineData("ln -s nowhere dangling", "dangling", "is a link that leads nowhere")]
    [InlineData("ln -s /dev/null null", "null", "is a device, a pipe or a socket, not a folder")]
    public async Task What_is_in_the_way_of_an_output_is_named(string before, string output, string expected)
    {
        await ShellAsync(before);
        using var store = new FolderStore(_folder[output]);

        var failure = await FailureOf(() => store.LockAsync("work/lock.json", TimeProvider.System, CancellationToken.None));

        Assert.Equal($"'{_folder[output.Split('/')[0]]}' {expected}", failure.Message);
    }

    [Fact]
    public async Task A_lock_excludes_a_second_run_and_its_file_stays_when_it_is_given_up()
    {
        using var store = new FolderStore(_folder.Path);
        await using (await store.LockAsync("work/lock.json", TimeProvider.System, CancellationToken.None))
        {
            Assert.Equal(
                ExitCode.Conflict,
                (await Assert.ThrowsAsync<OutputBusyException>(() => store.LockAsync("work/lock.json", TimeProvider.System, CancellationToken.None))).Code);
        }

        Assert.True(File.Exists(_folder["work/lock.json"]));
        Assert.False(File.Exists(_folder["work/lock.holder.json"]));
        await using (await store.LockAsync("work/lock.json", TimeProvider.System, CancellationToken.None))
        {
        }
    }

    [Fact]
    public async Task Only_the_store_s_own_unfinished_files_are_looked_for_and_links_are_not_followed_for_them()
    {
        _folder.Write("other/.unfinished-abcdefgh.012", [1]);
        Directory.CreateDirectory(_folder["out"]);
        Directory.CreateSymbolicLink(_folder["out/linked"], _folder["other"]);
        using var store = new FolderStore(_folder["out"]);

        await using (await store.LockAsync("work/lock.json", TimeProvider.System, CancellationToken.None))
        {
        }

        Assert.True(File.Exists(_folder["other/.unfinished-abcdefgh.012"]));
    }

    [Fact]
    public async Task A_file_that_changed_since_it_was_listed_is_not_read_for_what_it_was()
    {
        _folder.Write("1.jpg", [1, 2, 3]);
        using var store = new FolderStore(_folder.Path);
        var etag = await store.ListAsync("", CancellationToken.None).Select(o => o.ETag).FirstAsync();

        using (var same = await store.ReadAsync("1.jpg", etag, CancellationToken.None))
            Assert.Equal([1, 2, 3], same.Span.ToArray());
        _folder.Write("1.jpg", [1, 2, 4, 5]);

        Assert.Equal(StoreFault.Changed, (await FailureOf(() => store.ReadAsync("1.jpg", etag, CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task A_missing_file_or_folder_is_named()
    {
        using var store = new FolderStore(_folder["none"]);

        var listing = await Assert.ThrowsAsync<StoreException>(
            async () => await store.ListAsync("", CancellationToken.None).FirstOrDefaultAsync());
        var reading = await FailureOf(() => store.ReadAsync("x", null, CancellationToken.None));

        Assert.Equal(StoreFault.Missing, listing.Fault);
        Assert.Contains(_folder["none"], listing.Message, StringComparison.Ordinal);
        Assert.Equal(StoreFault.Missing, reading.Fault);
    }

    [Fact]
    public async Task Of_many_that_create_one_key_exactly_one_succeeds()
    {
        using var store = new FolderStore(_folder.Path);
        const int Writers = 16;
        // Many rounds: a look before a rename lets two of them through once in some hundred.
        for (var round = 0; round < 200; round++)
        {
            var key = $"x/{round:D3}";
            using var start = new Barrier(Writers);

            var won = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return store.TryCreateAsync(key, new[] { (byte)i }, CancellationToken.None).GetAwaiter().GetResult();
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            var winner = Assert.Single(Enumerable.Range(0, Writers), i => won[i] is not null);
            Assert.Equal([(byte)winner], await File.ReadAllBytesAsync(_folder[key]));
        }

        Assert.Equal(200, (await Keys()).Count);
        Assert.Equal(200, Directory.EnumerateFiles(_folder["x"]).Count());
    }

    [SmallDiskFact]
    public Task A_full_disk_is_named_and_leaves_no_half_written_file() => OnSmallDiskAsync(async store =>
    {
        var failure = await FailureOf(() => store.WriteAsync("part", new byte[1 << 20], CancellationToken.None));

        Assert.Equal(StoreFault.Full, failure.Fault);
        Assert.Contains("is full", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["disk"]));
    });

    [SmallDiskFact]
    public Task A_disk_that_is_too_full_to_note_who_writes_is_called_full_and_not_another_writers() => OnSmallDiskAsync(async store =>
    {
        for (var size = 1 << 16; size > 0; size /= 2)
        {
            for (var file = 0; await FillAsync($"{size}-{file}", size); file++)
            {
            }
        }

        Assert.Equal(
            StoreFault.Full,
            (await FailureOf(() => store.LockAsync("lock", TimeProvider.System, CancellationToken.None))).Fault);

        async Task<bool> FillAsync(string key, int size)
        {
            try
            {
                await File.WriteAllBytesAsync(_folder["disk/" + key], new byte[size]);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    });

    [SmallDiskFact]
    public Task A_read_only_disk_is_called_that_and_not_unreachable() => OnSmallDiskAsync(async store =>
    {
        await ShellAsync("mount -o remount,ro disk");

        var failure = await FailureOf(() => store.WriteAsync("part", new byte[] { 1 }, CancellationToken.None));

        Assert.Equal((StoreFault.Forbidden, $"the disk that holds {_folder["disk"]} is read-only"), (failure.Fault, failure.Message));
    });

    [Fact]
    public async Task A_file_that_the_disk_cannot_read_is_told_apart_from_a_disk_that_has_gone()
    {
        // Reading this one from its beginning is an I/O error: nothing is mapped there.
        File.CreateSymbolicLink(_folder["bad.jpg"], "/proc/self/mem");
        using var store = new FolderStore(_folder.Path);

        Assert.Equal(StoreFault.Unreadable, (await FailureOf(() => store.ReadAsync("bad.jpg", null, CancellationToken.None))).Fault);
    }

    [Fact]
    public async Task Giving_up_a_lock_whose_folder_has_gone_is_no_failure()
    {
        using var store = new FolderStore(_folder["out"]);
        await using var held = await store.LockAsync("work/lock", TimeProvider.System, CancellationToken.None);

        Directory.Delete(_folder["out"], recursive: true);
    }

    [Fact]
    public async Task Taking_the_lock_removes_what_a_killed_process_left_half_written()
    {
        _folder.Write("features/.unfinished-abcdefgh.012", [1]);
        _folder.Write("features/shard-00000.parquet", [1]);
        // Another run's, whose output lies below this one's.
        _folder.Write("runs/b/features/.unfinished-abcdefgh.012", [1]);
        using var store = new FolderStore(_folder.Path);

        await using (await store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None))
            Assert.Equal(["shard-00000.parquet"], Directory.EnumerateFiles(_folder["features"]).Select(Path.GetFileName));
        Assert.True(File.Exists(_folder["runs/b/features/.unfinished-abcdefgh.012"]));
    }

    [Fact]
    public async Task A_lock_that_was_given_up_leaves_its_file_so_that_no_two_processes_lock_different_files_of_one_name()
    {
        using var store = new FolderStore(_folder.Path);
        await using (await store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None))
        {
        }

        Assert.Equal([RunLayout.Lock], await Keys());
        await using var again = await store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None);
        await Assert.ThrowsAsync<OutputBusyException>(() => store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None));
    }

    private static async Task<StoreException> FailureOf(Func<Task> call) => await Assert.ThrowsAsync<StoreException>(call);

    private async Task<List<string>> Keys()
    {
        using var store = new FolderStore(_folder.Path);
        return await store.ListAsync("", CancellationToken.None).Select(o => o.Key).ToListAsync();
    }

    /// <summary>Runs a test in a file system of 64 KiB of its own: the real answers of a full disk.</summary>
    private async Task OnSmallDiskAsync(Func<FolderStore, Task> test)
    {
        Directory.CreateDirectory(_folder["disk"]);
        await ShellAsync("mount -t tmpfs -o size=64k none disk");
        try
        {
            using var store = new FolderStore(_folder["disk"]);
            await test(store);
        }
        finally
        {
            await ShellAsync("umount disk");
        }
    }

    private async Task ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _folder.Path })!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }
}
