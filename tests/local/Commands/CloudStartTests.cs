using System.Net;
using System.Net.Sockets;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Commands;
using Pomona.Local.Processes;

namespace Pomona.Local.Tests.Commands;

public sealed class CloudStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-start-").FullName;

    private string State => Path.Combine(_folder, "state");

    [Theory]
    [InlineData("thesis.txt")]
    [InlineData("front.log")]
    [InlineData("front.json")]
    [InlineData(".pomona-local")]
    [InlineData("mails/to a friend.txt")]
    public async Task A_folder_with_other_files_is_not_emptied_whatever_they_are_called(string name)
    {
        var other = Path.Combine(State, name);
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        await File.WriteAllTextAsync(other, "years of work");
        var refused = await Assert.ThrowsAsync<LocalCloudException>(StartAsync);

        Assert.Contains("holds files that are not a local cloud's", refused.Message);
        Assert.Equal("years of work", await File.ReadAllTextAsync(other));
    }

    [Fact]
    public void A_cloud_s_own_folder_is_emptied_but_not_one_with_something_else_in_it_nor_a_copy()
    {
        Assert.Equal(0, Front(State));
        Assert.Equal(0, Front(State));
        var other = Path.Combine(State, "thesis.txt");
        File.WriteAllText(other, "years of work");
        Assert.Equal(76, Front(State));
        Assert.Equal("years of work", File.ReadAllText(other));
        File.Delete(other);
        Directory.Move(State, State + "-moved");
        var copy = Directory.CreateDirectory(State).FullName;
        foreach (var file in Directory.EnumerateFiles(State + "-moved"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));

        Assert.Equal(76, Front(State));
        Assert.True(File.Exists(Path.Combine(copy, "front.log")));
    }

    [Fact]
    public async Task The_folder_of_a_cloud_that_is_starting_is_not_emptied()
    {
        var log = Path.Combine(Directory.CreateDirectory(State).FullName, "front.log");
        await File.WriteAllTextAsync(log, "starting");
        LocalCloudException refused;
        using (await FileLock.HoldAsync(State + ".lock", CancellationToken.None))
            refused = await Assert.ThrowsAsync<LocalCloudException>(StartAsync);

        Assert.Contains("another local cloud", refused.Message);
        Assert.Equal("starting", await File.ReadAllTextAsync(log));
    }

    [Fact]
    public async Task A_cloud_that_answers_badly_is_not_down_and_one_that_nobody_answers_for_is()
    {
        using var listener = Listen();
        var answering = AnswerAsync(listener, "500 Internal Server Error", "");
        var ill = await Assert.ThrowsAsync<LocalCloudException>(() => RunningCloud.FindAsync(State, CancellationToken.None));
        await answering;
        listener.Stop();

        Assert.Contains("does not answer as it should", ill.Message);
        Assert.Null(await RunningCloud.FindAsync(State, CancellationToken.None));
    }

    [Fact]
    public async Task A_cloud_that_ends_while_a_command_uses_it_is_told_so()
    {
        using var listener = Listen();
        var answering = AnswerAsync(listener, "200 OK", "{}");
        using var cloud = await RunningCloud.FindAsync(State, CancellationToken.None);
        await answering;
        listener.Stop();

        var ended = await Assert.ThrowsAsync<LocalCloudException>(() => cloud!.AccountAsync(CancellationToken.None));
        Assert.Contains("has ended meanwhile", ended.Message);
        Assert.Contains(Path.Combine(State, "front.log"), ended.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"endpoint\": \"http://loc")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_note_that_was_cut_is_none(string note)
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, "front.json"), note);

        Assert.Null(LocalCloudNote.Read(State));
    }

    [Theory]
    [InlineData("exit 71")] // what flock(1) says of ENOLCK
    [InlineData("exit 0")] // a lock that everybody gets
    public async Task Where_the_file_system_has_no_locks_a_local_cloud_is_refused_and_empties_nothing(string flock)
    {
        var log = Path.Combine(Directory.CreateDirectory(State).FullName, "front.log");
        await File.WriteAllTextAsync(log, "another's");
        var commands = Directory.CreateDirectory(Path.Combine(_folder, "commands")).FullName;
        await File.WriteAllTextAsync(Path.Combine(commands, "flock"), $"#!/bin/sh\n{flock}\n");
        Tool.Run("chmod", ["+x", Path.Combine(commands, "flock")]);

        var ended = Tool.Run("env", [
            $"PATH={commands}:{Environment.GetEnvironmentVariable("PATH")}",
            "bash", Path.Combine(AppContext.BaseDirectory, "Commands", "front.sh"), State, "true"]);

        Assert.Equal(77, ended.ExitCode);
        Assert.Equal("another's", await File.ReadAllTextAsync(log));
    }

    [Theory]
    [InlineData("local status --help > /dev/full", 9)]
    [InlineData("local status 2> /dev/full", 11)]
    [InlineData("local up --port 80", 2)]
    [InlineData("local up --time-scale 0.5", 2)]
    [InlineData("local invoke ReapClusters nowhere.json", 11)]
    [InlineData("local up --parameter nothing", 2)]
    [InlineData("demo --count 3", 2)]
    public void What_the_terminal_does_not_take_has_an_exit_code_of_its_own_and_ends_nothing(string command, int code)
    {
        var ended = Tool.Run("env", [
            $"POMONA_ROOT={_folder}", "bash", "-c", $"dotnet '{typeof(CloudStart).Assembly.Location}' {command}"]);

        Assert.True(ended.ExitCode == code, ended.Output);
        Assert.DoesNotContain("   at ", ended.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Who stands for a cloud that is up, by its note.
    private TcpListener Listen()
    {
        Directory.CreateDirectory(State);
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = new Uri($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        new LocalCloudNote(endpoint, Environment.ProcessId, "", "", new Dictionary<string, string>()).Write(State);
        return listener;
    }

    private static async Task AnswerAsync(TcpListener listener, string status, string body)
    {
        using var caller = await listener.AcceptTcpClientAsync();
        await using var stream = caller.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
    }

    private static int Front(string state)
    {
        using var front = System.Diagnostics.Process.Start("bash", [RepositoryRoot.File("local/Commands/front.sh"), state, "echo", "up"]);
        front.WaitForExit();
        return front.ExitCode;
    }

    private Task StartAsync() => CloudStart.RunAsync(
        new LocalSettings { Root = RepositoryRoot.Path, StateFolder = State, Front = new Uri($"http://localhost:{LocalAccount.FreePort()}/") },
        [], _ => { }, CancellationToken.None);
}
