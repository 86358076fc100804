using System.Text.Json.Serialization;

namespace Pomona.Functions.Runs;

/// <summary>How a run ended; as JSON its name, in any case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome
{
    /// <summary>The job wrote its marker.</summary>
    Finished,

    /// <summary>The last finished run had the same images: nothing was rented.</summary>
    Unchanged,

    /// <summary>The estimate was above the budget: nothing was rented.</summary>
    OverBudget,

    /// <summary>The data set has no image: nothing was rented.</summary>
    Empty,

    /// <summary>Anything else.</summary>
    Failed,
}
