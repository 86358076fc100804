namespace Pomona.Local.Runs;

/// <summary>A cluster as the page shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why it ended; null when nothing is to say.</param>
/// <param name="Created">When it was rented.</param>
/// <param name="Ready">When it took steps.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Run">The run that rented it.</param>
/// <param name="Vcpus">How many vCPUs it was rented with.</param>
/// <param name="CostPerHour">What AWS would charge for it per hour, at the template's prices; null without prices.</param>
/// <param name="CostSoFar">What its life here would have cost.</param>
/// <param name="Currency">The prices' currency.</param>
/// <param name="Steps">Its steps: name and state.</param>
internal sealed record ClusterView(
    string Id, string Name, string State, string? Reason, DateTimeOffset Created, DateTimeOffset? Ready, DateTimeOffset? Ended,
    string? Run, int Vcpus, double? CostPerHour, double? CostSoFar, string? Currency, IReadOnlyList<StepView> Steps);
