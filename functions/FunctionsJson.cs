using System.Text.Json.Serialization;
using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Amazon.Lambda.SNSEvents;
using Amazon.Lambda.Serialization.SystemTextJson;
using Pomona.Functions.Clusters;
using Pomona.Functions.Costs;
using Pomona.Functions.Datasets;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;

[assembly: LambdaSerializer(typeof(Pomona.Functions.FunctionsJsonSerializer))]

namespace Pomona.Functions;

/// <summary>Everything that goes into or comes out of a handler.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(BucketEvent))]
[JsonSerializable(typeof(SNSEvent))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(OpenRunRequest))]
[JsonSerializable(typeof(OpenedRun))]
[JsonSerializable(typeof(MeasureRequest))]
[JsonSerializable(typeof(DatasetMeasurement))]
[JsonSerializable(typeof(PlanRunRequest))]
[JsonSerializable(typeof(PlannedRun))]
[JsonSerializable(typeof(TakeRoomRequest))]
[JsonSerializable(typeof(TakenRoom))]
[JsonSerializable(typeof(JudgeStartRequest))]
[JsonSerializable(typeof(JudgedStart))]
[JsonSerializable(typeof(KeepClusterRequest))]
[JsonSerializable(typeof(KeptCluster))]
[JsonSerializable(typeof(ComposeMailRequest))]
[JsonSerializable(typeof(Mail))]
[JsonSerializable(typeof(CloseRunRequest))]
[JsonSerializable(typeof(ClosedRun))]
[JsonSerializable(typeof(ReaperReport))]
[JsonSerializable(typeof(ForgottenRuns))]
[JsonSerializable(typeof(CostPeriodRange))]
[JsonSerializable(typeof(ReportCostsRequest))]
[JsonSerializable(typeof(ReportedCosts))]
public sealed partial class FunctionsJson : JsonSerializerContext;

/// <summary>
/// AWS's serializer over <see cref="FunctionsJson"/>, with two settings of our own: members are camelCase, as in all of
/// the pipeline's JSON, and nulls are written, because a JSONPath of the workflow fails on a member that is not there.
/// Events are read case-insensitively, so that both spellings of AWS's events fit.
/// </summary>
public sealed class FunctionsJsonSerializer : SourceGeneratorLambdaJsonSerializer<FunctionsJson>
{
    /// <summary>As the Lambda runtime makes it.</summary>
    public FunctionsJsonSerializer()
        : base((Action<JsonSerializerOptions>)Customize)
    {
    }

    private static void Customize(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = new AwsNamingPolicy(JsonNamingPolicy.CamelCase);
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
    }
}
