using System.Globalization;

namespace Pomona.Functions.Costs;

/// <summary>The costs of a period, added up.</summary>
/// <param name="Period">Which.</param>
/// <param name="Currency">Of all amounts.</param>
/// <param name="Services">By service, dearest first.</param>
/// <param name="Runs">By run, newest first; what has no run last.</param>
/// <param name="Weeks">By week, oldest first, without gaps.</param>
/// <param name="Estimated">Whether AWS may still correct some of it.</param>
/// <param name="Partial">Whether Cost Explorer had more than the workflow fetched.</param>
internal sealed record CostStatement(
    CostPeriodRange Period,
    string Currency,
    IReadOnlyList<ServiceCost> Services,
    IReadOnlyList<RunCost> Runs,
    IReadOnlyList<WeekCost> Weeks,
    bool Estimated,
    bool Partial)
{
    private const string Metric = "UnblendedCost";

    public decimal Total => Services.Sum(service => service.Total);

    public decimal Spot => Runs.Sum(run => run.Spot);

    public decimal OnDemand => Runs.Sum(run => run.OnDemand);

    /// <summary>The last week against the one before it, as a share of that; null when that was nothing.</summary>
    public double? Trend => Weeks is [.., var before, var last] && before.Total > 0
        ? (double)((last.Total - before.Total) / before.Total)
        : null;

    /// <exception cref="FormatException">A date or an amount in them is none.</exception>
    public static CostStatement Of(ReportCostsRequest request)
    {
        var (start, end) = request.Period.Days();
        var weeks = new decimal[Math.Max(1, (end.DayNumber - start.DayNumber + 6) / 7)];
        var services = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var runs = new Dictionary<string, RunCost>(StringComparer.Ordinal);
        var currency = string.Empty;
        var estimated = false;
        foreach (var (day, group) in Groups(request.ByService))
        {
            var amount = AmountOf(group, ref currency);
            estimated |= day.Estimated;
            var service = group.Keys is [var name, ..] ? name : string.Empty;
            services[service] = services.GetValueOrDefault(service) + amount;
            var week = (CostPeriodRange.Read(day.TimePeriod?.Start).DayNumber - start.DayNumber) / 7;
            if (week >= 0 && week < weeks.Length)
                weeks[week] += amount;
        }

        foreach (var (_, group) in Groups(request.ByRun))
        {
            var amount = AmountOf(group, ref currency);
            // A tag's key is "pomona:run$<value>", with nothing after the $ where the tag is missing.
            var run = group.Keys is [var tag, ..] && tag.IndexOf('$', StringComparison.Ordinal) is >= 0 and var at ? tag[(at + 1)..] : string.Empty;
            var cost = runs.GetValueOrDefault(run) ?? new RunCost(run, 0, 0, 0);
            runs[run] = (group.Keys is [_, var purchase, ..] ? purchase : string.Empty) switch
            {
                "Spot Instances" => cost with { Spot = cost.Spot + amount },
                "On Demand Instances" => cost with { OnDemand = cost.OnDemand + amount },
                _ => cost with { Other = cost.Other + amount },
            };
        }

        return new CostStatement(
            request.Period,
            currency.Length > 0 ? currency : "USD",
            [.. services.Select(s => new ServiceCost(s.Key, s.Value)).Where(s => s.Total != 0).OrderByDescending(s => s.Total).ThenBy(s => s.Service, StringComparer.Ordinal)],
            [.. runs.Values.Where(r => r.Total != 0).OrderBy(r => r.Run.Length == 0).ThenByDescending(r => r.Run, StringComparer.Ordinal)],
            [.. weeks.Select((total, index) => new WeekCost(start.AddDays(7 * index), total))],
            estimated,
            request.ByService?.NextPageToken is not null || request.ByRun?.NextPageToken is not null);
    }

    private static IEnumerable<(CostDay Day, CostGroup Group)> Groups(CostAnswer? answer)
        => (answer?.ResultsByTime ?? []).SelectMany(day => day.Groups ?? [], (day, one) => (day, one));

    private static decimal AmountOf(CostGroup group, ref string currency)
    {
        if (group.Metrics is null || !group.Metrics.TryGetValue(Metric, out var amount) || amount?.Amount is null)
            return 0;

        if (amount.Unit is { Length: > 0 and <= 8 } unit)
            currency = unit;
        return decimal.TryParse(amount.Amount, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"'{Contracts.Printable.Excerpt(amount.Amount, 40)}' is not an amount.");
    }
}

/// <summary>What a service cost.</summary>
/// <param name="Service">Its name as in Cost Explorer.</param>
/// <param name="Total">All of it.</param>
internal sealed record ServiceCost(string Service, decimal Total);

/// <summary>What a run cost.</summary>
/// <param name="Run">Its id; empty for what carries no run's tag (the functions, the bucket, the key).</param>
/// <param name="OnDemand">On-Demand instances.</param>
/// <param name="Spot">Spot instances.</param>
/// <param name="Other">What is neither: EMR's charge, disks, requests.</param>
internal sealed record RunCost(string Run, decimal OnDemand, decimal Spot, decimal Other)
{
    public decimal Total => OnDemand + Spot + Other;
}

/// <summary>What a week cost.</summary>
/// <param name="Start">Its first day.</param>
/// <param name="Total">All of it.</param>
internal sealed record WeekCost(DateOnly Start, decimal Total);
