using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Local.SampleFunctions;

[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
public sealed partial class SampleJson : JsonSerializerContext;
