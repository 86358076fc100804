using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Local.Account;

namespace Pomona.Local.Emr.Yarn;

/// <summary>The YARN that a request for a cluster asks for.</summary>
/// <param name="Nodes">Its core and task nodes, in their order.</param>
/// <param name="Properties">What the request says of YARN itself and of its scheduler.</param>
internal sealed record YarnPlan(IReadOnlyList<YarnNode> Nodes, IReadOnlyDictionary<string, string> Properties)
{
    private const string Memory = "yarn.nodemanager.resource.memory-mb";
    private const string Calculator = "yarn.scheduler.capacity.resource-calculator";

    private static readonly string[] Classifications = ["yarn-site", "capacity-scheduler"];

    // EMR labels its nodes by market where both are set.
    private static readonly string[] Labelling = ["yarn.node-labels.enabled", "yarn.node-labels.am.default-node-label-expression"];

    /// <summary>Whether the scheduler counts vCPUs, and not memory alone.</summary>
    public bool CountsVcpus => Properties.GetValueOrDefault(Calculator)?.EndsWith(".DominantResourceCalculator", StringComparison.Ordinal) == true;

    /// <summary>Reads it out of a request.</summary>
    /// <param name="configurations">The cluster's own <c>Configurations</c>.</param>
    /// <param name="workers">Its core and task nodes: type, vCPUs, market, and the type's own <c>Configurations</c>.</param>
    /// <exception cref="LocalCloudException">A node's memory is not known, or a property cannot be handed on.</exception>
    public static YarnPlan Of(JsonArray? configurations, IEnumerable<(string Type, int Vcpus, string Market, JsonArray? Configurations)> workers)
    {
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Classifications.SelectMany(kind => PropertiesOf(configurations, kind)))
            properties[name] = value;
        if (properties.FirstOrDefault(static property => !IsOneLine(property)).Key is { } odd)
            throw new LocalCloudException($"the property {Contracts.Printable.Excerpt(odd, 100)} of the cluster's configurations cannot be handed to a yarn.sh.");

        var isLabelled = properties.GetValueOrDefault(Labelling[0]) == "true" && properties.ContainsKey(Labelling[1]);
        return new YarnPlan(
            [.. workers.Select(worker => new YarnNode(MegabytesOf(worker.Type, worker.Configurations, properties), worker.Vcpus, isLabelled ? worker.Market : null))],
            properties);
    }

    private static int MegabytesOf(string type, JsonArray? own, IReadOnlyDictionary<string, string> properties)
    {
        var said = PropertiesOf(own, "yarn-site").LastOrDefault(static property => property.Key == Memory).Value ?? properties.GetValueOrDefault(Memory);
        if (said is not null)
        {
            return int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes > 0
                ? megabytes
                : throw new LocalCloudException($"the cluster's configurations give a {type} '{Contracts.Printable.Excerpt(said, 40)}' as {Memory}, which is no number of MB.");
        }

        return NodeDefaults.MegabytesOf(type) ?? throw new LocalCloudException(
            $"what EMR gives YARN of a {Contracts.Printable.Excerpt(type, 40)} is not known here, and the cluster's configurations do not say it ({Memory}).");
    }

    // name=value, which becomes XML.
    private static bool IsOneLine(KeyValuePair<string, string> property) =>
        !(property.Key + property.Value).Any(static letter => char.IsControl(letter) || letter is '<' or '&') && !property.Key.Contains('=', StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> PropertiesOf(JsonArray? configurations, string classification) =>
        from configuration in configurations ?? []
        where (string?)configuration!["Classification"] == classification
        from property in configuration["Properties"] as JsonObject ?? []
        select KeyValuePair.Create(property.Key, (string?)property.Value ?? string.Empty);
}
