using System.Diagnostics;
using System.Runtime.Versioning;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Tests.Pipeline;

namespace Pomona.Job.Tests.Commands;

/// <summary>The program where the system fails it: each row as a shell would meet it.</summary>
[SupportedOSPlatform("linux")]
public sealed class FailingSystemTests : IDisposable
{
    private const int Full = 28; // ENOSPC
    private const int Broken = 5; // EIO
    private const int OverQuota = 122; // EDQUOT
    private const int NoLocks = 37; // ENOLCK
    private const int HangUp = 1; // SIGHUP
    private const int Terminate = 15; // SIGTERM

    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [FailingCallTheory]
    [InlineData(Broken)]
    [InlineData(Full)]
    [InlineData(OverQuota)]
    public void A_flush_that_fails_fails_the_run_and_leaves_no_marker(int error)
    {
        var run = Shell($"{FailingCall.Preload("fsync", error)} {Run}");

        Assert.Equal((int)ExitCode.Output, run.Code);
        Assert.Single(run.Error.Split('\n'), line => line.StartsWith("pomona: ", StringComparison.Ordinal));
        Assert.False(File.Exists(_run["out/_SUCCESS"]));
    }

    [FailingCallTheory]
    [InlineData(NoLocks)]
    public void Where_the_file_system_has_no_locks_a_run_is_refused(int error)
    {
        var run = Shell($"{FailingCall.Preload("flock", error)} {Run}");

        Assert.Equal((int)ExitCode.Output, run.Code);
        Assert.Contains("has no locks that keep a second run out", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_run["out/features"]));
    }

    [LinuxTheory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    public void Progress_that_cannot_be_written_is_dropped_and_the_run_goes_on(string to)
    {
        var run = Shell($"{Run} {to}");

        Assert.Equal(0, run.Code);
        Assert.Contains("Report: ", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_run["out/_SUCCESS"]));
    }

    [LinuxTheory]
    [InlineData("")]
    [InlineData("--json")]
    public void An_answer_that_standard_output_does_not_take_has_an_exit_code_of_its_own(string option)
    {
        var run = Shell($"{Run} {option} > /dev/full");

        Assert.Equal((int)ExitCode.Unheard, run.Code);
        Assert.Contains("pomona: all is done, but standard output did not take the answer", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_run["out/_SUCCESS"]));
    }

    [LinuxTheory]
    [InlineData("set -o pipefail; POMONA | true")]
    [InlineData("set -o pipefail; POMONA | head -n 0")]
    public void A_reader_that_left_is_no_failure(string command)
        => Assert.Equal(0, Shell(command.Replace("POMONA", Run, StringComparison.Ordinal)).Code);

    [LinuxTheory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(100)]
    public void Too_few_file_handles_are_told_as_such(int handles)
    {
        var run = Shell($"ulimit -n {handles}; {Run}");

        // With very few, .NET itself does not start, and says so in its words; with more, it may be enough.
        Assert.True(
            run.Code == 0
            || run.Error.Contains("too many files are open", StringComparison.Ordinal)
            || !run.Error.Contains("pomona: ", StringComparison.Ordinal),
            run.Error);
        Assert.DoesNotContain("fault of Pomona's", run.Error, StringComparison.Ordinal);
    }

    /// <summary>What cannot be opened any more is another thing at each limit: a part of the program, the lock, a part of the run.</summary>
    [ExhaustiveFact]
    public void At_whatever_place_file_handles_run_out_it_is_told_as_such()
    {
        for (var handles = 50; handles < 130; handles++)
            Too_few_file_handles_are_told_as_such(handles);
    }

    /// <summary>The managed heap's limit is the only part of memory that can be made to run out alone, at the same place each time.</summary>
    [LinuxTheory]
    [InlineData("a file of 300 MB", "10000000", "")]
    [InlineData("what a thread works with", "4000000", "--threads 16")]
    public void Memory_that_runs_out_ends_in_its_sentence_and_rejects_no_image(string what, string limit, string options)
    {
        var model = _run.Model;
        if (what.Contains("file", StringComparison.Ordinal))
        {
            using var large = new FileStream(_run.Write("fruits/kiwi/large.jpg", []), FileMode.Open);
            large.SetLength(300_000_000);
        }
        else
        {
            // 15 MB of buffers for each thread: enough for the session's own trial and for a few of them.
            model = _run.Write("large/model.onnx", TinyModel.OfSize(1_000));
            _run.Write("large/model.json", """{"name": "large", "scaling": "minusOneToOne"}"""u8);
        }

        var run = Shell($"DOTNET_GCHeapHardLimit={limit} {Program} run '{_run.Input}' --output '{_run["out"]}' --model '{model}' {options}");

        Assert.Equal((int)ExitCode.Fault, run.Code);
        Assert.Equal(
            "pomona: memory ran out: choose fewer --threads or a smaller --max-megapixels, or end what else needs it, then run the same "
            + "command again.",
            Assert.Single(run.Error.Split('\n'), line => line.StartsWith("pomona: ", StringComparison.Ordinal)));
        Assert.False(File.Exists(_run["out/rejected.jsonl"]));
        Assert.Equal(0, Shell(Run.Replace(_run["out"], _run["again"], StringComparison.Ordinal)).Code);
    }

    [LinuxTheory]
    [InlineData("--threads 1")]
    [InlineData("--threads 4")]
    public void A_model_that_fails_on_an_image_ends_the_run_in_its_sentence_and_rejects_no_image(string options)
    {
        var model = _run.Write("failing/model.onnx", TinyModel.FailingOnAnyColour());
        _run.Write("failing/model.json", """{"name": "failing", "scaling": "zeroToOne", "output": "features"}"""u8);

        var run = Shell($"{Program} run '{_run.Input}' --output '{_run["out"]}' --model '{model}' {options}");

        Assert.Equal((int)ExitCode.Model, run.Code);
        var sentence = Assert.Single(run.Error.Split('\n'), line => line.StartsWith("pomona: ", StringComparison.Ordinal));
        Assert.StartsWith("pomona: The model failing failed on an image (", sentence, StringComparison.Ordinal);
        Assert.Contains("Reshape", sentence, StringComparison.Ordinal);
        Assert.EndsWith("give another one with --model, or choose fewer --threads where memory ran out.", sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(_run["out/rejected.jsonl"]));
    }

    [LinuxTheory]
    [InlineData("", HangUp, ExitCode.Cancelled)]
    [InlineData("", Terminate, ExitCode.Terminated)]
    [InlineData("nohup", HangUp, ExitCode.Success)]
    public async Task A_terminal_that_goes_and_SIGTERM_stop_a_run_with_its_sentence_but_no_terminal_one_that_was_started_under_nohup(
        string prefix, int signal, ExitCode code)
    {
        // Enough images that the signal comes before the last one; under nohup all of them are waited for.
        for (var copy = 0; copy < (prefix.Length > 0 ? 100 : 5_000); copy++)
            File.Copy(Directory.EnumerateFiles(_run.Input, "*", SearchOption.AllDirectories).First(), Path.Combine(_run.Input, $"{copy}.png"));
        using var process = Start($"exec {prefix} {Run} --threads 1 --shard-size 20");
        while (!process.HasExited && !Directory.Exists(_run["out/features"]))
            await Task.Delay(20);
        Tool.Run("kill", [$"-{signal}", $"{process.Id}"]);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal((int)code, process.ExitCode);
        if (prefix.Length > 0)
            return;
        Assert.Contains("pomona: stopped: what is finished stays", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_run["out/work/lock.holder.json"]));
    }

    [LinuxTheory]
    [InlineData(40, false)]
    [InlineData(100, true)]
    public void A_terminal_has_a_bar_where_there_is_room_and_whole_lines_where_not(int columns, bool hasBar)
    {
        const string InTerminal = """
            import fcntl, os, pty, struct, sys, termios
            child, terminal = pty.fork()
            if child == 0:
                fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
                os.environ.update(TERM="xterm", LANG="C.UTF-8")
                os.execvp(sys.argv[2], sys.argv[2:])
            try:
                while said := os.read(terminal, 4096):
                    os.write(1, said)
            except OSError:
                pass
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """;
        var run = Tool.Run("python3", ["-c", InTerminal, $"{columns}", "bash", "-c", Run]);
        if (run.Output.StartsWith("python3 is not installed", StringComparison.Ordinal))
            return;

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(hasBar, run.Output.Contains('━', StringComparison.Ordinal));
        if (!hasBar)
            Assert.Matches("(?m)^extract  10 images in [0-9.]+ s\r?$", run.Output);
    }

    [LinuxTheory]
    [InlineData("out")]
    public void The_same_folder_under_another_name_goes_on_and_a_moved_output_says_where_it_is(string output)
    {
        Assert.Equal(0, Shell(Run).Code);
        Assert.Equal(0, Shell($"{Program} run '{_run.Input}/' --output '{_run[output]}/' --model '{_run.Model}'").Code);
        Directory.Move(_run[output], _run["moved"]);

        var moved = Shell($"{Program} run '{_run.Input}/.' --output '{_run["moved"]}' --model '{_run.Model}'");

        Assert.Equal(0, moved.Code);
        Assert.Contains("is finished already", moved.Error, StringComparison.Ordinal);
        Assert.Contains($"Report: {_run["moved/report.html"]}", moved.Output, StringComparison.Ordinal);
    }

    [LinuxTheory]
    [InlineData("")]
    [InlineData("--json")]
    public void A_path_beyond_what_the_system_can_name_is_rejected_or_told_by_name_and_the_run_goes_on(string option)
    {
        var image = Directory.EnumerateFiles(_run.Input, "*.*", SearchOption.AllDirectories).First();
        // A folder at 4,089 bytes can be listed, and its files cannot be named; what is below it cannot even be listed.
        var made = Shell($$"""
            set -e; cd '{{_run.Input}}'; mkdir deep; cd deep; name=$(printf 'd%.0s' {1..100})
            while [ $(( 4088 - ${#PWD} )) -gt 250 ]; do mkdir $name; cd -P $name; done
            cp '{{image}}' used.png; last=$(printf 'e%.0s' $(seq $(( 4088 - ${#PWD} )))); mkdir $last; cd -P $last
            cp '{{image}}' ./beyond-the-limit.png; mkdir $name; cd $name; cp '{{image}}' ./lost.png
            """);
        Assert.True(made.Code == 0, made.Error);

        var run = Shell($"{Run} {option}");

        Assert.True(run.Code == 0, run.Error);
        var rejected = Assert.Single(_run.Rejected());
        Assert.EndsWith("/beyond-the-limit.png", rejected.Image, StringComparison.Ordinal);
        Assert.Contains("too long", rejected.Reason, StringComparison.Ordinal);
        var summary = System.Text.Json.JsonSerializer.Deserialize(File.ReadAllText(_run["out/_SUCCESS"]), ContractJson.Readable.RunMarker)!.Summary;
        Assert.Equal((11L, 1L), (summary.Images, summary.PassedOver?.Folders?.Files));
        Assert.StartsWith("deep/ddd", summary.PassedOver!.Folders!.Example, StringComparison.Ordinal);
        Assert.Contains(option.Length > 0 ? "\"folders\"" : "could not be listed (no permission, or a path too long)", run.Output, StringComparison.Ordinal);
        Assert.Contains("could not be listed", File.ReadAllText(_run["out/report.html"]), StringComparison.Ordinal);
    }

    private static string Program => $"dotnet '{typeof(RunPipeline).Assembly.Location}'";

    private string Run => $"{Program} run '{_run.Input}' --output '{_run["out"]}' --model '{_run.Model}'";

    private static (int Code, string Output, string Error) Shell(string command)
    {
        using var process = Start(command);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static Process Start(string command) => Process.Start(new ProcessStartInfo("bash", ["-c", command])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
        RedirectStandardInput = true,
    })!;

    private sealed class LinuxTheoryAttribute : TheoryAttribute
    {
        public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the rows are of Linux";
    }
}

/// <summary>A library that makes a system call fail, compiled where there is a compiler.</summary>
internal static class FailingCall
{
    private static readonly Lazy<string?> Library = new(Compile);

    public static string? WhyNot => Library.Value is null ? "there is no C compiler (cc), or the system lets no call fail (seccomp)" : null;

    /// <summary>What goes before a command, so that the call fails in it.</summary>
    public static string Preload(string call, int error) => $"LD_PRELOAD='{Library.Value}' FAIL_CALL={call} FAIL_ERROR={error}";

    private static string? Compile()
    {
        if (!OperatingSystem.IsLinux())
            return null;

        var library = Path.Combine(AppContext.BaseDirectory, "failing_call.so");
        var source = RepositoryRoot.File("tests/job/Commands/failing_call.c");
        return Tool.Run("cc", ["-shared", "-fPIC", "-o", library, source]).ExitCode == 0
            && Tool.Run("env", [$"LD_PRELOAD={library}", "FAIL_CALL=flock", "FAIL_ERROR=37", "true"]).ExitCode == 0 ? library : null;
    }
}

/// <summary>Rows that need a failing system call; skipped with the reason where none can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FailingCallTheoryAttribute : TheoryAttribute
{
    public FailingCallTheoryAttribute() => Skip = FailingCall.WhyNot;
}
