using System.Diagnostics;
using System.Text.Json;

namespace Pomona.Tests;

/// <summary>A script of the tests that opens a page in headless Chromium, uses it, and prints as JSON what it found.</summary>
internal static class PageScript
{
    /// <summary>What the script found; a script that fails, fails the test with what it said.</summary>
    /// <param name="script">Its path in the repository; it gets Chromium's path as its first argument.</param>
    /// <param name="arguments">Its other arguments.</param>
    public static async Task<JsonElement> RunAsync(string script, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node", [RepositoryRoot.File(script), Chromium.Path!, .. arguments])
        {
            WorkingDirectory = RepositoryRoot.File("tests"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var complaints = node.StandardError.ReadToEndAsync();
        var found = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await complaints);
        return JsonDocument.Parse(found).RootElement;
    }
}
