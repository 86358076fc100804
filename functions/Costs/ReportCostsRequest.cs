namespace Pomona.Functions.Costs;

/// <summary>What the costs workflow says to ReportCosts.</summary>
/// <param name="Period">CostPeriod's output.</param>
/// <param name="ByService">Cost Explorer's answer by service.</param>
/// <param name="ByRun">Cost Explorer's answer by the tag pomona:run and purchase type.</param>
public sealed record ReportCostsRequest(CostPeriodRange Period, CostAnswer ByService, CostAnswer ByRun);
