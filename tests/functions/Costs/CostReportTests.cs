using System.Text;
using Pomona.Functions.Costs;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Costs;

public sealed class CostReportTests
{
    private static readonly CostPeriodRange Period = new("2026-10-26", "2026-11-23", "2026-11-23");

    private readonly Stack _stack = new();

    [Fact]
    public async Task The_table_has_every_week_service_and_run_with_spot_against_on_demand()
    {
        await HandlerCall.InvokeAsync(_stack.ReportCosts, HandlerCall.Event("report-costs"));

        Assert.Equal(
            """
            section,name,spot,on_demand,other,total,currency
            week,2026-10-26,,,,0.2419,USD
            week,2026-11-02,,,,0.2919,USD
            week,2026-11-09,,,,0.3419,USD
            week,2026-11-16,,,,0.3919,USD
            service,Amazon Elastic Compute Cloud - Compute,,,,1.1,USD
            service,Amazon Elastic MapReduce,,,,0.1248,USD
            service,Amazon Simple Storage Service,,,,0.0428,USD
            run,20261104T130455Z-00000003,0.25,0.1,0.0312,0.3812,USD
            run,20261103T130455Z-00000002,0.2,0.1,0.0312,0.3312,USD
            run,20261102T130455Z-00000001,0.15,0.1,0.0312,0.2812,USD
            run,20261101T130455Z-00000000,0.1,0.1,0.0312,0.2312,USD
            run,,0,0,0.0428,0.0428,USD

            """.ReplaceLineEndings("\r\n"),
            Encoding.UTF8.GetString(_stack.Bucket["costs/2026-11-23.csv"]));
    }

    [Theory]
    [InlineData("en", "Total: 1.27 USD", "Against the week before: +14.6 %", "Spot: 0.70 USD, On-Demand: 0.40 USD", "(no run): 0.04 USD", "s3://pomona-test/costs/2026-11-23.html")]
    [InlineData("fr", "Total: 1,27 USD", "semaine précédente: +14,6 %", "Spot: 0,70 USD, À la demande: 0,40 USD", "(hors calcul): 0,04 USD", "s3://pomona-test/costs/2026-11-23.csv")]
    public async Task The_mail_tells_total_trend_spot_and_runs(string language, params string[] says)
    {
        _stack["POMONA_LANGUAGE"] = language;

        var report = (await HandlerCall.InvokeAsync(_stack.ReportCosts, HandlerCall.Event("report-costs")))!.Value;

        Assert.All(says, part => Assert.Contains(part, report.GetProperty("message").GetString(), StringComparison.Ordinal));
        Assert.All(report.GetProperty("subject").GetString()!, c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public async Task Large_amounts_are_plain_text_in_the_mail_and_encoded_in_the_page()
    {
        _stack["POMONA_LANGUAGE"] = "fr";
        var answer = new CostAnswer([new CostDay(new CostDayPeriod("2026-11-01", "2026-11-02"), [Group("1234.5", "EC2")])]);

        var report = await _stack.ReportCosts.HandleAsync(new ReportCostsRequest(Period, answer, new CostAnswer()), new PlayedCall());

        Assert.Contains("Total: 1\u00A0234,50 USD", report.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("&#", report.Message + report.Subject, StringComparison.Ordinal);
        Assert.Contains("1&#160;234,50 USD", Encoding.UTF8.GetString(_stack.Bucket["costs/2026-11-23.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_stay_text_in_the_page_and_in_a_spreadsheet()
    {
        var answer = new CostAnswer([new CostDay(new CostDayPeriod("2026-11-01", "2026-11-02"), [Group("1.5", "<script>alert(1)</script>"), Group("1", "=HYPERLINK(\"x\")")])]);
        var runs = new CostAnswer([new CostDay(new CostDayPeriod("2026-11-01", "2026-11-02"), [Group("2", "pomona:run$<b>", "Spot Instances")])]);

        await _stack.ReportCosts.HandleAsync(new ReportCostsRequest(Period, answer, runs), new PlayedCall());

        var html = Encoding.UTF8.GetString(_stack.Bucket["costs/2026-11-23.html"]);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"x\"\")\"", Encoding.UTF8.GetString(_stack.Bucket["costs/2026-11-23.csv"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_spent_the_mail_says_why_that_may_be()
    {
        var report = await _stack.ReportCosts.HandleAsync(new ReportCostsRequest(Period, new CostAnswer(), new CostAnswer()), new PlayedCall());

        Assert.Contains("cost allocation tag", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_pages_than_were_fetched_are_told()
    {
        var report = await _stack.ReportCosts.HandleAsync(
            new ReportCostsRequest(Period, new CostAnswer(), new CostAnswer(NextPageToken: "x")), new PlayedCall());

        Assert.Contains("more runs than are listed", report.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../locks/fruits")]
    [InlineData("")]
    [InlineData("2026-13-01")]
    public async Task A_date_that_is_none_writes_no_file(string date)
    {
        await Assert.ThrowsAsync<FormatException>(() => _stack.ReportCosts.HandleAsync(
            new ReportCostsRequest(Period with { Date = date }, new CostAnswer(), new CostAnswer()), new PlayedCall()));

        Assert.Empty(_stack.Bucket.Keys);
    }

    private static CostGroup Group(string amount, params string[] keys)
        => new(keys, new Dictionary<string, CostAmount> { ["UnblendedCost"] = new(amount, "USD") });
}
