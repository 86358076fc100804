using System.Text.Json.Serialization;

namespace Pomona.Functions.Mails;

/// <summary>What a run's mail says; as JSON its name, in any case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailKind>))]
public enum MailKind
{
    /// <summary>The cluster is up and the job begins.</summary>
    Ready,

    /// <summary>The run finished.</summary>
    Finished,

    /// <summary>The run failed.</summary>
    Failed,

    /// <summary>The run would cost more than the budget.</summary>
    OverBudget,
}
