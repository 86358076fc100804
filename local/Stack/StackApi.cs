using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Stack;

/// <summary>Calls a service while a stack is created, with the template's values in the types that the API wants.</summary>
internal sealed class StackApi(
    [FromKeyedServices(AwsEndpoint.Front)] AwsClient aws, [FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, ServiceModels models)
{
    /// <summary>Calls an operation.</summary>
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
