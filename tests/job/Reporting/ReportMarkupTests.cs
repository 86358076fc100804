using Pomona.Job.Reporting;

namespace Pomona.Job.Tests.Reporting;

public sealed class ReportMarkupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NuHtmlFact]
    public void The_Nu_HTML_checker_finds_no_error_in_the_report()
    {
        using var page = new MemoryStream();
        ReportPage.Write(DrawnRun.Of(classes: 3, perClass: 8, components: 4).WithFindings(ofEachKind: 40), page);

        var errors = NuHtmlChecker.ErrorsIn(_folder.Write("report.html", page.ToArray()));
        Assert.True(errors.Length == 0, errors);
        Assert.Contains("is missing one or more", NuHtmlChecker.ErrorsIn(
            _folder.Write("wrong.html", "<!doctype html><html lang=en><title>x</title><img>"u8)), StringComparison.Ordinal);
    }
}
