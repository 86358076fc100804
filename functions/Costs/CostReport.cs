using System.Globalization;
using System.Net;
using System.Text;
using Pomona.Functions.Mails;

namespace Pomona.Functions.Costs;

/// <summary>A cost statement as a mail, a page and a table.</summary>
internal sealed class CostReport(CostStatement statement, MailLanguage language)
{
    private readonly CostWords _words = CostWords.Of(language);
    private readonly Figures _figures = Figures.Of(language);

    /// <param name="copies">Where page and table are.</param>
    public Mail ToMail(params IReadOnlyList<string> copies)
    {
        var text = new StringBuilder();
        text.Append($"{_words.Title}, {statement.Period.Start} – {statement.Period.End}\n\n");
        text.Append($"{_words.Total}: {Money(statement.Total)}\n");
        if (statement.Trend is { } trend)
            text.Append($"{_words.Trend}: {Signed(trend)}\n");
        if (statement.Spot + statement.OnDemand > 0)
            text.Append($"{_words.Spot}: {Money(statement.Spot)}, {_words.OnDemand}: {Money(statement.OnDemand)}\n");
        if (statement.Services.Count == 0)
            text.Append($"\n{_words.Nothing}\n");

        text.Append('\n');
        foreach (var week in statement.Weeks)
            text.Append($"{_words.Week} {Day(week.Start)}: {Money(week.Total)}\n");

        Section(text, _words.Service, statement.Services.Select(s => $"{s.Service}: {Money(s.Total)}"));
        Section(text, _words.Run, statement.Runs.Select(r =>
            $"{NameOf(r)}: {Money(r.Total)} ({_words.Spot} {Money(r.Spot)}, {_words.OnDemand} {Money(r.OnDemand)}, {_words.Other} {Money(r.Other)})"));
        Section(text, _words.Copies, copies);
        if (statement.Partial)
            text.Append($"\n{_words.PartialNote}\n");
        if (statement.Estimated)
            text.Append($"\n{_words.EstimatedNote}\n");
        return Mail.Create($"Pomona: {_words.Title}, {statement.Period.Date}: {Money(statement.Total)}", text.ToString());
    }

    /// <summary>A self-contained page, UTF-8, that needs no network.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder();
        html.Append(
            $$"""
            <!doctype html>
            <html lang="{{_words.Language}}">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{_words.Title}}, {{Encoded(statement.Period.Date)}}</title>
            <style>
            :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
            body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
            table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem }
            th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #8884 }
            th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere }
            meter { width: 100% }
            </style>
            <h1>{{_words.Title}}</h1>
            <p>{{Encoded(statement.Period.Start)}} – {{Encoded(statement.Period.End)}}. {{_words.Total}}: <strong>{{EncodedMoney(statement.Total)}}</strong>

            """);
        if (statement.Trend is { } trend)
            html.Append($"<p>{_words.Trend}: {Signed(trend)}\n");
        if (statement.Services.Count == 0)
            html.Append($"<p>{_words.Nothing}\n");

        var most = statement.Weeks.Max(week => week.Total);
        Table(html, [_words.Week, _words.Total, string.Empty], statement.Weeks.Select(week => new[]
        {
            Day(week.Start), EncodedMoney(week.Total),
            string.Create(CultureInfo.InvariantCulture, $"<meter max=\"{Math.Max(most, 0.01m):0.####}\" value=\"{Math.Max(week.Total, 0):0.####}\"></meter>"),
        }));
        Table(html, [_words.Service, _words.Total], statement.Services.Select(service => new[] { Encoded(service.Service), EncodedMoney(service.Total) }));
        Table(html, [_words.Run, _words.Spot, _words.OnDemand, _words.Other, _words.Total], statement.Runs.Select(run => new[]
        {
            Encoded(NameOf(run)), EncodedMoney(run.Spot), EncodedMoney(run.OnDemand), EncodedMoney(run.Other), EncodedMoney(run.Total),
        }));
        if (statement.Partial)
            html.Append($"<p>{_words.PartialNote}\n");
        if (statement.Estimated)
            html.Append($"<p>{_words.EstimatedNote}\n");
        return html.Append("</html>\n").ToString();
    }

    /// <summary>RFC 4180, with a header, one line per figure; the same columns in every language.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder("section,name,spot,on_demand,other,total,currency\r\n");
        foreach (var week in statement.Weeks)
            Line(csv, "week", Day(week.Start), null, week.Total);
        foreach (var service in statement.Services)
            Line(csv, "service", service.Service, null, service.Total);
        foreach (var run in statement.Runs)
            Line(csv, "run", run.Run, run, run.Total);
        return csv.ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var first = true;
        foreach (var line in lines)
        {
            if (first)
                text.Append($"\n{title}\n");
            first = false;
            text.Append($"  {Contracts.Printable.Excerpt(line, 300)}\n");
        }
    }

    private static void Table(StringBuilder html, string[] heads, IEnumerable<string[]> rows)
    {
        html.Append("<table>\n<tr>").AppendJoin(string.Empty, heads.Select(head => $"<th>{head}")).Append('\n');
        foreach (var row in rows)
            html.Append("<tr>").AppendJoin(string.Empty, row.Select(cell => $"<td>{cell}")).Append('\n');
        html.Append("</table>\n");
    }

    private void Line(StringBuilder csv, string section, string name, RunCost? run, decimal total)
        => csv.AppendJoin(',', section, Quoted(name), Number(run?.Spot), Number(run?.OnDemand), Number(run?.Other), Number(total), Quoted(statement.Currency))
            .Append("\r\n");

    /// <summary>A name that a spreadsheet would take for a formula is shown as text.</summary>
    private static string Quoted(string field)
    {
        var safe = field.Length > 0 && "=+-@\t\r".Contains(field[0], StringComparison.Ordinal) ? "'" + field : field;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0
            ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : safe;
    }

    private static string Number(decimal? amount) => amount?.ToString("0.######", CultureInfo.InvariantCulture) ?? string.Empty;

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Money(decimal amount) => _figures.Money(amount, statement.Currency);

    /// <summary>As in the mail, for the page: the currency is Cost Explorer's word, and figures hold characters such as a no-break space.</summary>
    private string EncodedMoney(decimal amount) => Encoded(Money(amount));

    private string Signed(double share) => (share >= 0 ? "+" : string.Empty) + _figures.Percent(share);

    private string NameOf(RunCost run) => run.Run.Length > 0 ? run.Run : _words.NoRun;
}
