using System.Text.Json.Serialization;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Pipeline;

namespace Pomona.Job;

/// <summary>How the job's own files under <c>work/</c> are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(ShardFailure))]
[JsonSerializable(typeof(ShardResult))]
[JsonSerializable(typeof(ShardSummary))]
internal sealed partial class JobJson : JsonSerializerContext;
