using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.Front;

/// <summary>Tells in one sentence what was refused and why, instead of failing without a word.</summary>
internal sealed class RefusalFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (LocalCloudException refusal)
        {
            return Refused(refusal.Message, StatusCodes.Status400BadRequest);
        }
        catch (AwsFailure refusal)
        {
            return Refused(refusal.Message, refusal.Status);
        }
        catch (AwsCallException refusal)
        {
            return Refused($"{refusal.Code}: {refusal.Message}", refusal.Status);
        }
    }

    private static IResult Refused(string message, int status) => Results.Text(message + "\n", "text/plain", statusCode: status);
}
