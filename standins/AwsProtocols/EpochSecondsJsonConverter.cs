using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.StandIns.AwsProtocols;

/// <summary>The AWS JSON protocol's timestamps: seconds since 1970 with a fraction; UTC.</summary>
internal sealed class EpochSecondsJsonConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.Number
            ? DateTime.UnixEpoch.AddMilliseconds(Math.Round(reader.GetDouble() * 1000))
            : reader.GetDateTime().ToUniversalTime();

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
        => writer.WriteNumberValue((value.ToUniversalTime() - DateTime.UnixEpoch).TotalMilliseconds / 1000);
}
