using Pomona.Local.Aws;

namespace Pomona.Local.Front;

/// <summary>Looks at every call before it is answered, and may hold it up or refuse it.</summary>
internal interface ICallFilter
{
    /// <returns>What the caller gets instead of the answer, once the call has been answered; null for the answer.</returns>
    /// <exception cref="AwsFailure">What the caller gets; the call is not answered.</exception>
    Task<AwsFailure?> PassAsync(AwsCall call, CancellationToken cancellation);
}

/// <summary>Every AWS call enters here: the filters first, then the service that answers it, or moto.</summary>
internal sealed class FrontDoor(AwsCallReader calls, IEnumerable<ICallFilter> filters, Forwarder forwarder, IdSource ids)
{
    public async Task AnswerAsync(HttpContext http)
    {
        var cancellation = http.RequestAborted;
        AwsCall? call = null;
        // Every answer of AWS has one; SDKs and Step Functions read it out of errors.
        http.Response.Headers["x-amzn-RequestId"] = ids.Uuid();
        // What a bucket holds was made by others. In a browser it gets an origin of its own, from which it reaches nothing here.
        http.Response.Headers.ContentSecurityPolicy = "sandbox";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            call = await calls.ReadAsync(http, cancellation);
            AwsFailure? lost = null;
            foreach (var filter in filters)
                lost = await filter.PassAsync(call, cancellation) ?? lost;
            if (lost is not null)
            {
                await ServeUnheardAsync(call, cancellation);
                throw lost;
            }

            await ServeAsync(call, cancellation);
        }
        catch (AwsFailure failure) when (!http.Response.HasStarted)
        {
            call ??= new AwsCall(http, string.Empty, string.Empty, string.Empty, string.Empty, null);
            await call.WriteFailureAsync(failure, cancellation);
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            // The body turned out to be too long, or came too slowly.
            call ??= new AwsCall(http, string.Empty, string.Empty, string.Empty, string.Empty, null);
            await call.WriteFailureAsync(new AwsFailure(refused.StatusCode, "InvalidRequest", refused.Message, refused), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The caller went away; there is nobody to answer.
        }
    }

    private Task ServeAsync(AwsCall call, CancellationToken cancellation) => calls.ServiceOf(call) is { } service
        ? service.AnswerAsync(call, cancellation)
        : forwarder.ForwardAsync(call.Http);

    private async Task ServeUnheardAsync(AwsCall call, CancellationToken cancellation)
    {
        var response = call.Http.Response;
        var body = response.Body;
        var headers = response.Headers.ToArray();
        response.Body = Stream.Null;
        try
        {
            await ServeAsync(call, cancellation);
        }
        finally
        {
            response.Body = body;
            // Nor what it said of itself: its length, its checksum, its ETag.
            response.Headers.Clear();
            foreach (var (name, values) in headers)
                response.Headers[name] = values;
        }
    }
}
