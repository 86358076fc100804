using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;

[assembly: LambdaSerializer(typeof(Pomona.Shards.ShardsJsonSerializer))]

namespace Pomona.Shards;

/// <summary>Everything that goes into or comes out of the handler.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ShardsRequest))]
[JsonSerializable(typeof(ShardsAnswer))]
public sealed partial class ShardsJson : JsonSerializerContext;

/// <summary>
/// AWS's serializer over <see cref="ShardsJson"/>: members are camelCase, as in all of the pipeline's JSON, and nulls are written,
/// because a JSONPath of the workflow fails on a member that is not there.
/// </summary>
public sealed class ShardsJsonSerializer : SourceGeneratorLambdaJsonSerializer<ShardsJson>
{
    /// <summary>As the Lambda runtime makes it.</summary>
    public ShardsJsonSerializer()
        : base((Action<JsonSerializerOptions>)Customize)
    {
    }

    private static void Customize(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = new AwsNamingPolicy(JsonNamingPolicy.CamelCase);
        options.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
    }
}
