using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Vision.Models;

/// <summary>An origin as JSON: <c>"requested"</c>, <c>"cache"</c>, <c>"zoo"</c>, <c>"npm"</c>.</summary>
public sealed class ModelOriginJsonConverter() : JsonStringEnumConverter<ModelOrigin>(JsonNamingPolicy.CamelCase);
