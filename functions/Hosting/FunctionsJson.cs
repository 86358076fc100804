using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.S3Events;
using Amazon.Lambda.SNSEvents;
using Pomona.Functions.Clusters;
using Pomona.Functions.Costs;
using Pomona.Functions.Datasets;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;

namespace Pomona.Functions.Hosting;

/// <summary>Everything that goes into or comes out of a handler.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(S3Event))]
[JsonSerializable(typeof(SNSEvent))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(OpenRunRequest))]
[JsonSerializable(typeof(OpenedRun))]
[JsonSerializable(typeof(MeasureRequest))]
[JsonSerializable(typeof(DatasetMeasurement))]
[JsonSerializable(typeof(PlanRunRequest))]
[JsonSerializable(typeof(PlannedRun))]
[JsonSerializable(typeof(ComposeMailRequest))]
[JsonSerializable(typeof(Mail))]
[JsonSerializable(typeof(CloseRunRequest))]
[JsonSerializable(typeof(ClosedRun))]
[JsonSerializable(typeof(ReaperReport))]
[JsonSerializable(typeof(CostPeriodRange))]
[JsonSerializable(typeof(ReportCostsRequest))]
[JsonSerializable(typeof(ReportedCosts))]
public sealed partial class FunctionsJson : JsonSerializerContext;
