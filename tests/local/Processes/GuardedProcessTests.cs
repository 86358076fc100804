using System.Diagnostics;
using Pomona.Local.Processes;

namespace Pomona.Local.Tests.Processes;

public sealed class GuardedProcessTests
{
    [Fact]
    public async Task Output_and_exit_code_come_back()
    {
        var (output, error) = (new List<string>(), new List<string>());
        await using var process = GuardedProcess.Start(Plan("bash", "-c", "echo a; echo b >&2; echo c; exit 9"), output.Add, error.Add);

        Assert.Equal(9, await process.Exited);
        Assert.Equal(["a", "c"], output);
        Assert.Equal(["b"], error);
    }

    [Fact]
    public async Task A_program_sees_only_the_environment_it_is_given()
    {
        var output = new List<string>();
        await using var process = GuardedProcess.Start(Plan("env"), output.Add, _ => { });
        await process.Exited;

        Assert.DoesNotContain(output, line => line.StartsWith("HOME=", StringComparison.Ordinal));
        Assert.Contains("COLOUR=green", output);
    }

    [Fact]
    public async Task What_is_stopped_suddenly_hears_nothing()
    {
        var output = new List<string>();
        await using var process = GuardedProcess.Start(
            Plan("bash", "-c", "trap 'echo heard; exit 143' TERM; echo ready; while :; do sleep 0.1; done"), output.Add, _ => { });
        await Eventually.HoldsAsync(() => output.Count == 1, "its start");
        await process.StopAsync(suddenly: true);

        Assert.Equal(["ready"], output);
    }

    [Fact]
    public async Task Stopping_ends_descendants_even_those_that_ignore_the_request()
    {
        var pids = new List<string>();
        await using var process = GuardedProcess.Start(
            Plan("bash", "-c", "trap '' TERM; (trap '' TERM; echo $BASHPID; sleep 300; sleep 300) & echo $$; wait"), pids.Add, _ => { });
        await Eventually.HoldsAsync(() => pids.Count == 2, "both processes");
        await process.StopAsync();

        // SIGKILL has been sent; the system ends them when it comes to it.
        await Eventually.HoldsAsync(() => !pids.Exists(Lives), "the end of both processes");
    }

    [Fact]
    public async Task What_is_stopped_has_said_nothing_that_it_did_not_say()
    {
        var (output, error) = (new List<string>(), new List<string>());
        await using var process = GuardedProcess.Start(Plan("bash", "-c", "echo begun >&2; exec sleep 300"), output.Add, error.Add);
        await Eventually.HoldsAsync(() => error.Count > 0, "the start");
        await process.StopAsync();

        Assert.Equal(["begun"], error);
        Assert.Empty(output);
    }

    [Fact]
    public async Task What_a_program_leaves_behind_ends_with_it()
    {
        var pids = new List<string>();
        await using var process = GuardedProcess.Start(
            Plan("bash", "-c", "sleep 300 > /dev/null 2>&1 & echo $!"), pids.Add, _ => { });

        Assert.Equal(0, await process.Exited);
        await Eventually.HoldsAsync(() => !Lives(Assert.Single(pids)), "the end of what it left");
    }

    [Fact]
    public async Task A_short_program_that_is_cancelled_ends_with_what_it_started()
    {
        var file = Path.GetTempFileName();
        using var cancel = new CancellationTokenSource();
        var run = FinishedProgram.RunAsync("bash", ["-c", "sleep 300 & echo $! > \"$0\"; wait", file], cancel.Token);
        await Eventually.HoldsAsync(() => File.ReadAllText(file).EndsWith('\n'), "the program it starts");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        var pid = File.ReadAllText(file).Trim();
        await Eventually.HoldsAsync(() => !Lives(pid), "the end of what it started");
        File.Delete(file);
    }

    [Theory]
    [InlineData("/dev/full")]
    [InlineData("/")]
    public async Task A_log_that_takes_nothing_ends_neither_the_program_nor_what_waits_for_it(string log)
    {
        var file = new LogFile(log);
        // More than a pipe holds: whoever did not read on would hold the program up.
        await using var process = GuardedProcess.Start(Plan("bash", "-c", "seq 100000; exit 7"), file.Write, file.Write);

        Assert.Equal(7, await process.Exited);
    }

    [Fact]
    public async Task A_lock_keeps_others_out_until_it_is_let_go()
    {
        var file = Path.GetTempFileName();
        using var second = new CancellationTokenSource();
        Task<IDisposable> waiting;
        using (await FileLock.HoldAsync(file, CancellationToken.None))
        {
            waiting = FileLock.HoldAsync(file, second.Token);
            await Task.Delay(200);
            Assert.False(waiting.IsCompleted);
        }

        (await waiting).Dispose();
        File.Delete(file);
    }

    [Fact]
    public async Task A_killed_owner_takes_its_processes_along()
    {
        var guard = Path.Combine(AppContext.BaseDirectory, "Processes", "guard.sh");
        // The owner holds the guard's input open until SIGKILL, which gives it no chance to do anything.
        var start = new ProcessStartInfo("python3", [
            "-c", "import subprocess, sys, time; subprocess.Popen(['bash', sys.argv[1], '1', 'bash', '-c', 'echo $$; exec sleep 300'], stdin=subprocess.PIPE); time.sleep(300)",
            guard])
        {
            RedirectStandardOutput = true,
        };
        using var owner = Process.Start(start)!;
        var pid = await owner.StandardOutput.ReadLineAsync();
        Assert.True(Lives(pid!));
        owner.Kill();

        await Eventually.HoldsAsync(() => !Lives(pid!), "the end of the guarded process");
    }

    // A process that has ended and whose new parent has not asked about it yet is a zombie.
    private static bool Lives(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static ProcessPlan Plan(params string[] command) => new(
        command,
        new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["COLOUR"] = "green" },
        Path.GetTempPath(),
        TimeSpan.FromSeconds(1));
}
