// Stand-in for Amazon.Lambda.Serialization.SystemTextJson 3.0.0: the part that Pomona uses. See docs/stand-ins.md.
using System.Text.Json;

namespace Amazon.Lambda.Serialization.SystemTextJson;

public class AwsNamingPolicy : JsonNamingPolicy
{
    private readonly JsonNamingPolicy _fallback;

    public AwsNamingPolicy()
    {
    }

    public AwsNamingPolicy(JsonNamingPolicy fallbackNamingPolicy) => _fallback = fallbackNamingPolicy;

    public override string ConvertName(string name) => name switch
    {
        "XAmzId2" => "x-amz-id-2",
        "XAmzRequestId" => "x-amz-request-id",
        _ => _fallback?.ConvertName(name) ?? name,
    };
}
