// Stand-in for Amazon.Lambda.Serialization.SystemTextJson 3.0.0: the part that Pomona uses. See docs/stand-ins.md.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amazon.Lambda.Serialization.SystemTextJson.Converters;

public class DateTimeConverter : JsonConverter<DateTime>
{
    private const long Year5000InSeconds = 157753180800;

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTime(out var date))
            return date;

        if (reader.TokenType == JsonTokenType.Number)
        {
            // Some services send seconds, some milliseconds.
            if (reader.TryGetInt64(out var number))
            {
                return number > Year5000InSeconds
                    ? DateTime.UnixEpoch.AddMilliseconds(number)
                    : DateTime.UnixEpoch.AddSeconds(number);
            }

            if (reader.TryGetDouble(out var seconds))
                return DateTime.UnixEpoch.AddSeconds(seconds);
        }

        throw new JsonSerializerException($"Unknown data type for DateTime: {reader.TokenType}");
    }

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
        => writer.WriteStringValue(value);
}
