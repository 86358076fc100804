using System.Text;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Mails;
using Pomona.Storage;

namespace Pomona.Functions.Costs;

/// <summary>Writes the cost report's copies into the bucket and its mail for the workflow to send.</summary>
internal sealed class CostReporter(IStore store, MailLanguage language)
{
    /// <exception cref="FormatException">The figures are not what Cost Explorer gives.</exception>
    public async Task<ReportedCosts> ReportAsync(
        ReportCostsRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        if (request.Period is null)
            throw new FormatException("The period is missing: pass CostPeriod's output as \"period\".");

        // The date becomes a key.
        CostPeriodRange.Read(request.Period.Date);
        var statement = CostStatement.Of(request);
        var report = new CostReport(statement, language);
        var html = $"{BucketLayout.Costs}{request.Period.Date}.html";
        var csv = $"{BucketLayout.Costs}{request.Period.Date}.csv";
        await store.WriteAsync(html, Encoding.UTF8.GetBytes(report.ToHtml()), cancellation);
        await store.WriteAsync(csv, Encoding.UTF8.GetBytes(report.ToCsv()), cancellation);
        log.LogInformation("Reported {runs} runs and {services} services", statement.Runs.Count, statement.Services.Count);
        var mail = report.ToMail(store.Address + html, store.Address + csv);
        return new ReportedCosts(mail.Subject, mail.Message, html, csv);
    }
}
