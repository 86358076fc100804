using System.Diagnostics;
using System.Text.Json;
using Pomona.Job.Reporting;

namespace Pomona.Job.Tests.Reporting;

/// <summary>What report-page.mjs saw and did in headless Chromium, once for all tests.</summary>
public sealed class PageInChromium : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-page-").FullName;

    /// <summary>Its findings.</summary>
    public JsonElement Found { get; private set; }

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
            return;

        var file = Path.Combine(_folder, "report.html");
        await using (var page = File.Create(file))
            ReportPage.Write(DrawnRun.Of(classes: 12, perClass: 8, components: 4).WithRejected(DrawnRun.HostileNames), page);

        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine(RepositoryRoot.Path, "tests", "job", "Reporting", "report-page.mjs"), Chromium.Path!, file },
            WorkingDirectory = Path.Combine(RepositoryRoot.Path, "tests"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var complaints = node.StandardError.ReadToEndAsync();
        var found = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await complaints);
        Found = JsonDocument.Parse(found).RootElement;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
