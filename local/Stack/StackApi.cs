using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Stack;

/// <summary>Calls a service while a stack is created, with the template's values in the types that the API wants.</summary>
internal sealed class StackApi(
    [FromKeyedServices(AwsEndpoint.Front)] AwsClient aws, [FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, ServiceModels models)
{
    public Task<JsonObject> CallAsync(
        string service, string operation, JsonObject parameters, CancellationToken cancellation) =>
        aws.CallAsync(service, operation, Typed(service, operation, parameters), cancellation);

    /// <summary>Calls an operation of moto itself, past the front.</summary>
    public Task<JsonObject> CallMotoAsync(
        string service, string operation, JsonObject parameters, CancellationToken cancellation) =>
        moto.CallAsync(service, operation, Typed(service, operation, parameters), cancellation);

    private JsonObject Typed(string service, string operation, JsonObject parameters) =>
        ShapeCoercion.To(models[service].Input(operation), parameters)!.AsObject();
}

/// <summary>
/// Gives a template's values the types that the API wants, as CloudFormation does: a parameter of type Number is text in
/// the template, and YAML's numbers may be meant as text.
/// </summary>
internal static class ShapeCoercion
{
    /// <summary>The value in the shape's type; what does not fit stays, for the API's own validation to refuse.</summary>
    public static JsonNode? To(Shape? shape, JsonNode? value) => (shape?.Type, value) switch
    {
        (null, _) or (_, null) => value?.DeepClone(),
        ("structure", JsonObject members) => new JsonObject(members.Select(
            member => KeyValuePair.Create(member.Key, To(shape.Member(member.Key), member.Value)))),
        ("map", JsonObject entries) => new JsonObject(entries.Select(
            entry => KeyValuePair.Create(entry.Key, To(shape.Value, entry.Value)))),
        ("list", JsonArray elements) => new JsonArray([.. elements.Select(element => To(shape.Element, element))]),
        ("integer" or "long", JsonValue text) when IsText(text)
            && long.TryParse((string)text!, CultureInfo.InvariantCulture, out var whole) => whole,
        ("double" or "float", JsonValue text) when IsText(text)
            && double.TryParse((string)text!, CultureInfo.InvariantCulture, out var number) => number,
        ("boolean", JsonValue text) when IsText(text) && bool.TryParse((string)text!, out var flag) => flag,
        ("string", JsonValue plain) when !IsText(plain) => plain.GetValueKind() switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => plain.ToJsonString(),
        },
        _ => value.DeepClone(),
    };

    private static bool IsText(JsonValue value) => value.GetValueKind() == JsonValueKind.String;
}
