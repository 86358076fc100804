using System.Text.Json.Nodes;
using Pomona.Local.Faults;

namespace Pomona.StateMachine.Tests;

/// <summary>Whole runs of statemachine/costs.asl.json in an interpreter.</summary>
public sealed class CostsTests(Workflow workflow) : IClassFixture<Workflow>
{
    [MotoFact]
    public async Task The_week_s_costs_are_asked_for_by_service_and_by_run_reported_and_mailed()
    {
        await BeginAsync();

        var outcome = await workflow.RunAsync(Definition.Costs, []);

        Assert.True(outcome.Status == "SUCCEEDED", outcome.ToString());
        Assert.Equal("costs/2026-11-24.html", (string?)outcome.Output!["html"]);
        Assert.Equal("Pomona: costs", Assert.Single(workflow.Mails).Subject);
        Assert.Equal(
            ["SERVICE", "pomona:run, PURCHASE_TYPE"],
            workflow.CostQuestions.Select(question => string.Join(", ", question["GroupBy"]!.AsArray().Select(by => (string?)by!["Key"]))));
        Assert.All(workflow.CostQuestions, question =>
        {
            Assert.Equal("2026-10-27", (string?)question["TimePeriod"]!["Start"]);
            Assert.Equal("pomona", (string?)question["Filter"]!["Tags"]!["Values"]![0]);
        });
        var report = Assert.Single(workflow.Functions.Inputs("ReportCosts"));
        Assert.Equal("1.25", (string?)report["byService"]!["ResultsByTime"]![0]!["Groups"]![0]!["Metrics"]!["UnblendedCost"]!["Amount"]);
        Assert.NotNull(report["byRun"]!["ResultsByTime"]);
    }

    [MotoFact]
    public async Task The_questions_are_ones_that_cost_explorer_s_api_model_knows()
    {
        await BeginAsync();
        await workflow.RunAsync(Definition.Costs, []);
        var requests = new JsonArray([.. workflow.CostQuestions.Select(question => new JsonObject { ["operation"] = "GetCostAndUsage", ["request"] = question.DeepClone() })]);

        var check = Tool.Run("python3", [RepositoryRoot.File("tests/statemachine/check_requests.py"), "ce"], requests.ToJsonString());

        Assert.True(check.ExitCode == 0, check.Output);
        Assert.Equal(2, requests.Count);
    }

    [MotoFact]
    public async Task A_report_that_cannot_be_made_is_told_by_mail()
    {
        await BeginAsync();
        workflow.Functions.Will("ReportCosts", static _ => throw new FunctionError("AmazonS3Exception", "Access Denied"));

        var outcome = await workflow.RunAsync(Definition.Costs, []);

        Assert.Equal(("FAILED", "AmazonS3Exception"), (outcome.Status, outcome.Error));
        var mail = Assert.Single(workflow.Mails);
        Assert.StartsWith("Pomona: no weekly cost report", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("Access Denied", mail.Body, StringComparison.Ordinal);
        Assert.Contains("coûts", mail.Body, StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task An_account_that_has_not_switched_Cost_Explorer_on_is_told_how_and_nothing_counts_as_failed()
    {
        await BeginAsync();
        workflow.Faults.Add(new ApiFault("ce", Status: 400, Code: "AccessDeniedException", Message: "User not enabled for cost explorer access"));

        var outcome = await workflow.RunAsync(Definition.Costs, []);

        Assert.True(outcome.Status == "SUCCEEDED", outcome.ToString());
        var mail = Assert.Single(workflow.Mails);
        Assert.StartsWith("Pomona: Cost Explorer is not switched on", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("https://console.aws.amazon.com/cost-management", mail.Body, StringComparison.Ordinal);
    }

    private async Task BeginAsync()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("CostPeriod", static _ => new JsonObject { ["start"] = "2026-10-27", ["end"] = "2026-11-24", ["date"] = "2026-11-24" });
        workflow.Functions.Will("ReportCosts", static _ => new JsonObject
        {
            ["subject"] = "Pomona: costs",
            ["message"] = "1.25 USD",
            ["html"] = "costs/2026-11-24.html",
            ["csv"] = "costs/2026-11-24.csv",
        });
    }
}
