using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Pomona.Setup.Tests;

/// <summary>The .NET SDK where the machine has none that global.json accepts; dotnet is not on these tests' PATH.</summary>
public sealed class SdkTests : IDisposable
{
    private readonly MiniatureRepository _repository = new();
    private readonly string _archive;
    private readonly SdkServer _server;

    public SdkTests()
    {
        _archive = Path.Combine(_repository.Temporary, "sdk.tar.gz");
        Pack("""
            #!/usr/bin/env bash
            case "$1" in
                --version) echo 10.0.401 ;;
                build) mkdir -p job/bin/Release/net10.0; echo built > job/bin/Release/net10.0/Pomona.Job.dll ;;
                *.dll) echo "ran by $0 of $DOTNET_ROOT" ;;
            esac
            """);
        _server = new SdkServer(_archive);
        _repository.LeaveOnPath(UnixTools.Names);
        _repository.Reference("Plum.Image", "1.2.0");
        _repository.Environment["POMONA_MODEL"] = "named.onnx";
        PinArchive();
    }

    private string Sdk => _repository.InFolder(".pomona/dotnet");

    public void Dispose()
    {
        _server.Dispose();
        _repository.Dispose();
    }

    [Fact]
    public void The_pinned_SDK_is_fetched_for_this_checkout_alone_after_a_line_that_says_what_from_where_and_how_large()
    {
        var call = _repository.Run("model").Succeeded();
        _repository.Run("model").Succeeded();

        Assert.Equal($"fetching the .NET SDK 10.0.401 (7 MB) from {_server.Address} into .pomona/dotnet, for this checkout alone", call.Said[0]);
        Assert.Equal($"ran by {Sdk}/dotnet of {Sdk}\n", call.Output);
        Assert.Single(_server.Ranges);
        Assert.Equal(["dotnet", "feed.props"], Directory.EnumerateFileSystemEntries(_repository.InFolder(".pomona")).Select(Path.GetFileName).Where(static name => name!.StartsWith("dotnet", StringComparison.Ordinal) || name == "feed.props").Order());
    }

    [Fact]
    public void An_SDK_that_global_json_does_not_accept_counts_as_none()
    {
        _repository.Command("dotnet", "[ \"$PWD\" = / ] && echo 8.0.100");

        Assert.Equal($"ran by {Sdk}/dotnet of {Sdk}\n", _repository.Run("model").Succeeded().Output);
    }

    [Fact]
    public void An_SDK_that_global_json_accepts_is_used_and_none_is_fetched()
    {
        _repository.PretendToBuild();

        _repository.Run("model").Succeeded();

        Assert.Empty(_server.Ranges);
    }

    [Fact]
    public void A_cut_download_is_gone_on_with_by_the_next_call()
    {
        _server.Manner = Manner.Cut;
        var refusal = _repository.Run("model").Refusal();
        Assert.StartsWith("the download of the .NET SDK broke off 3 times", refusal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Sdk));

        _server.Manner = Manner.Right;
        _repository.Run("model").Succeeded();

        Assert.Equal(4, _server.Ranges.Count);
        Assert.StartsWith("bytes=", _server.Ranges[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_cannot_go_on_with_a_cut_download_sends_it_anew()
    {
        _server.Manner = Manner.CutAndForgetful;

        _repository.Run("model").Succeeded();

        Assert.Equal("", _server.Ranges[^1]);
    }

    [Fact]
    public void What_is_left_of_another_file_is_fetched_anew()
    {
        _repository.Write(".pomona/dotnet-sdk-10.0.401-linux-x64.tar.gz", "of another file");
        _repository.Write(".pomona/dotnet-sdk-10.0.401-linux-arm64.tar.gz", "of another file");

        _repository.Run("model").Succeeded();

        Assert.Equal("", _server.Ranges[^1]);
    }

    [Fact]
    public void A_file_that_is_not_the_pinned_one_is_refused_and_not_kept()
    {
        _server.Manner = Manner.Altered;

        var refusal = _repository.Run("model").Refusal();

        Assert.StartsWith($"what {_server.Address} sent is not the file that dotnet-sdk.pin names: its SHA-512 is ", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_repository.InFolder(".pomona"), "dotnet*"));
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_in_one_sentence()
    {
        _server.Manner = Manner.Missing;

        Assert.Equal(
            $"the .NET SDK 10.0.401 is not at {_server.Address} (HTTP 404): install dotnet 10 or later (https://dot.net), or correct dotnet-sdk.pin.",
            _repository.Run("model").Refusal());
    }

    [Fact]
    public void Offline_nothing_is_asked_for()
    {
        _repository.Environment["POMONA_OFFLINE"] = "1";

        Assert.Equal("dotnet is not on the PATH: install dotnet 10 or later (https://dot.net).", _repository.Run("model").Refusal());
        Assert.Empty(_server.Ranges);
    }

    [Fact]
    public void Where_nothing_answers_the_person_is_told_what_to_install()
    {
        PinArchive($"http://127.0.0.1:{LoopbackServer.FreePort()}/sdk.tar.gz");
        Assert.Equal("dotnet is not on the PATH: install dotnet 10 or later (https://dot.net).", _repository.Run("model").Refusal());

        _repository.Command("dotnet", "[ \"$PWD\" = / ] && echo 8.0.100");
        Assert.Equal("dotnet is version 8.0.100: install dotnet 10 or later (https://dot.net).", _repository.Run("model").Refusal());
    }

    [Fact]
    public void An_SDK_that_does_not_run_here_is_not_kept()
    {
        Pack("#!/usr/bin/env bash\necho 'no such library' >&2; exit 1\n");
        PinArchive();

        Assert.Equal("the .NET SDK that dotnet-sdk.pin names does not run on this machine: no such library", _repository.Run("model").Refusal());
        Assert.False(Directory.Exists(Sdk));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".new")]
    [InlineData(".old")]
    public void A_folder_in_the_SDK_s_place_that_was_not_fetched_is_left_alone(string ending)
    {
        _repository.Write($".pomona/dotnet{ending}/notes.txt", "somebody's");

        Assert.Equal($"{Sdk}{ending} was not made by ./pomona, and is left alone: move it away, then try again.", _repository.Run("model").Refusal());
        Assert.Equal("somebody's", File.ReadAllText($"{Sdk}{ending}/notes.txt"));
    }

    [Fact]
    public void A_raised_pin_takes_the_place_of_the_SDK_that_was_fetched()
    {
        _repository.Run("model").Succeeded();
        Pack("#!/usr/bin/env bash\ncase \"$1\" in --version) echo 10.0.402 ;; build) ;; *.dll) echo raised ;; esac\n");
        PinArchive(version: "10.0.402");
        _repository.Write("job/another.cs", "");

        Assert.Equal("raised\n", _repository.Run("model").Succeeded().Output);
    }

    [Theory]
    [InlineData("Linux", "x86_64", "linux-x64")]
    [InlineData("Linux", "aarch64", "linux-arm64")]
    [InlineData("Darwin", "x86_64", "osx-x64")]
    [InlineData("Darwin", "arm64", "osx-arm64")]
    public void Each_platform_has_a_pin_of_its_own(string system, string processor, string platform)
    {
        File.Copy(RepositoryRoot.File("dotnet-sdk.pin"), _repository.InFolder("dotnet-sdk.pin"), overwrite: true);
        _repository.Command("uname", $"[ \"$1\" = -s ] && echo {system} || echo {processor}");
        _repository.Command("curl", "exit 7");

        var call = _repository.Run("model");

        Assert.Equal(
            $"fetching the .NET SDK 10.0.401 (240 MB) from https://builds.dotnet.microsoft.com/dotnet/Sdk/10.0.401/dotnet-sdk-10.0.401-{platform}.tar.gz into .pomona/dotnet, for this checkout alone",
            call.Said[0]);
        Assert.Equal("dotnet is not on the PATH: install dotnet 10 or later (https://dot.net).", call.Refusal());
    }

    [Fact]
    public void A_platform_that_has_no_pin_is_told_what_to_install()
    {
        _repository.Command("uname", "echo Plan9");

        Assert.Equal("dotnet is not on the PATH: install dotnet 10 or later (https://dot.net).", _repository.Run("model").Refusal());
        Assert.Empty(_server.Ranges);
    }

    [Theory]
    [InlineData(Manner.Right)]
    [InlineData(Manner.CutAndForgetful)]
    public void Where_there_is_no_curl_Python_fetches(object manner)
    {
        File.Delete(Path.Combine(_repository.Temporary, "tools", "curl"));
        _repository.LeaveOnPath(["python3"]);
        _server.Manner = (Manner)manner;

        Assert.Equal($"ran by {Sdk}/dotnet of {Sdk}\n", _repository.Run("model").Succeeded().Output);
    }

    [Fact]
    public void With_the_real_SDK_a_checkout_builds_on_a_machine_that_has_none()
    {
        PackThisMachinesSdk();
        PinArchive();
        _repository.Feed.Carry("Plum.Image", "1.2.0");

        Assert.Equal("Plum.Image 1.2.0\nran\n", _repository.Run("model").Succeeded().Output);
    }

    private void Pack(string dotnet)
    {
        using var archive = new TarWriter(new GZipStream(File.Create(_archive), CompressionLevel.Fastest));
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "dotnet")
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(dotnet)),
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        });
        // So large that half of it is more than a buffer.
        var filling = new byte[4_000_000];
        new Random(1).NextBytes(filling);
        archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "filling") { DataStream = new MemoryStream(filling) });
    }

    /// <summary>Packs what a console program's build needs of the SDK that runs this test.</summary>
    private void PackThisMachinesSdk()
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        using var process = Process.Start("/bin/sh", ["-c", $"""
            cd '{folder}' && tar -cf - --exclude='sdk/*/FSharp' --exclude='sdk/*/DotnetTools' --exclude='sdk/*/Containers' --exclude='*.resources.dll' \
                dotnet host sdk sdk-manifests shared/Microsoft.NETCore.App packs/Microsoft.NETCore.App.Ref | gzip -1 > '{_archive}'
            """]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void PinArchive(string? address = null, string version = "10.0.401")
    {
        using var archive = File.OpenRead(_archive);
        var sum = Convert.ToHexStringLower(SHA512.HashData(archive));
        _repository.Write("dotnet-sdk.pin", string.Concat(((string[])["linux-x64", "linux-arm64", "osx-x64", "osx-arm64"])
            .Select(platform => $"{platform} {version} 7 {sum} {address ?? _server.Address}\n")));
    }
}
