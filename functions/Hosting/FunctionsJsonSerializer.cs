using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;

[assembly: LambdaSerializer(typeof(Pomona.Functions.Hosting.FunctionsJsonSerializer))]

namespace Pomona.Functions.Hosting;

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
