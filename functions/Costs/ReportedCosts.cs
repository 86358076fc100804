namespace Pomona.Functions.Costs;

/// <summary>What the costs workflow says to ReportCosts.</summary>
/// <param name="Period">CostPeriod's output.</param>
/// <param name="ByService">Cost Explorer's answer by service.</param>
/// <param name="ByRun">Cost Explorer's answer by the tag pomona:run and purchase type.</param>
public sealed record ReportCostsRequest(CostPeriodRange Period, CostAnswer ByService, CostAnswer ByRun);

/// <summary>The mail, and where its copies are.</summary>
/// <param name="Subject">The mail's subject.</param>
/// <param name="Message">The mail's text.</param>
/// <param name="Html">The page's key in the bucket.</param>
/// <param name="Csv">The table's key in the bucket.</param>
public sealed record ReportedCosts(string Subject, string Message, string Html, string Csv);
