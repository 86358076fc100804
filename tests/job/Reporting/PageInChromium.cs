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
            ReportPage.Write(DrawnRun.Of(classes: 12, perClass: 8, components: 4).WithFindings(ofEachKind: 9).WithRejected(DrawnRun.HostileNames), page);

        Found = await PageScript.RunAsync("tests/job/Reporting/report-page.mjs", file);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
