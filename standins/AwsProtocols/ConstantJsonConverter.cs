using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace Pomona.StandIns.AwsProtocols;

/// <summary>The SDK's open enumerations as JSON strings; values that this version does not know are kept.</summary>
internal abstract class ConstantJsonConverter<T>(Func<string, T> find) : JsonConverter<T>
    where T : ConstantClass
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => find(reader.GetString());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        => writer.WriteStringValue(value.Value);
}
