namespace Pomona.Functions.Costs;

/// <summary>The mail, and where its copies are.</summary>
/// <param name="Subject">The mail's subject.</param>
/// <param name="Message">The mail's text.</param>
/// <param name="Html">The page's key in the bucket.</param>
/// <param name="Csv">The table's key in the bucket.</param>
public sealed record ReportedCosts(string Subject, string Message, string Html, string Csv);
