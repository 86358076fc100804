using System.Text.Json.Serialization;

namespace Pomona.Functions.Clusters;

/// <summary>Why the reaper ends a cluster.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReapReason>))]
public enum ReapReason
{
    /// <summary>The execution that rented it does not run.</summary>
    Orphaned,

    /// <summary>It is older than the stack allows.</summary>
    TooOld,
}
