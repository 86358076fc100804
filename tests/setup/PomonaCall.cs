using System.Diagnostics;

namespace Pomona.Setup.Tests;

/// <summary>A call of ./pomona that has ended.</summary>
internal sealed record PomonaCall(int ExitCode, string Output, string Errors)
{
    /// <summary>What ./pomona said, a sentence each, without "pomona: ".</summary>
    public IReadOnlyList<string> Said { get; } = [.. Errors.Split('\n').Where(static line => line.StartsWith("pomona: ", StringComparison.Ordinal)).Select(static line => line["pomona: ".Length..])];

    /// <summary>The call, once it is sure that it did what it was for.</summary>
    public PomonaCall Succeeded()
    {
        Assert.True(ExitCode == 0, Output + Errors);
        return this;
    }

    /// <summary>The sentence with which the call failed, and which is the last thing it said.</summary>
    public string Refusal()
    {
        Assert.True(ExitCode == 1, $"exit code {ExitCode}: {Output}{Errors}");
        Assert.EndsWith($"pomona: {Said[^1]}\n", Errors, StringComparison.Ordinal);
        return Said[^1];
    }
}

/// <summary>A call of ./pomona under way.</summary>
internal sealed class RunningPomona
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    public RunningPomona(Process process)
    {
        _process = process;
        process.StandardInput.Close();
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public void Kill() => _process.Kill();

    public PomonaCall Finish()
    {
        using (_process)
        {
            _process.WaitForExit();
            return new PomonaCall(_process.ExitCode, _output.GetAwaiter().GetResult(), _errors.GetAwaiter().GetResult());
        }
    }
}
