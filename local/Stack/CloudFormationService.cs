using System.Globalization;
using System.Security;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Front;

namespace Pomona.Local.Stack;

/// <summary>CloudFormation's answers about the stacks of this account, which the local cloud creates itself; all else of it is refused.</summary>
internal sealed class CloudFormationService(CreatedStacks stacks) : IAwsService
{
    public string Name => "cloudformation";

    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        var form = call.Form();
        var name = form.GetValueOrDefault("StackName");
        var answer = call.Operation switch
        {
            "DescribeStacks" => $"<Stacks>{string.Concat((name is null ? In(call.Region) : [Stack(name, call.Region)]).Select(Described))}</Stacks>",
            "ListStackResources" => $"<StackResourceSummaries>{Resources(Stack(name, call.Region))}</StackResourceSummaries>",
            _ => throw new AwsFailure(
                400, "InvalidAction", $"The local cloud's CloudFormation does not know {Printable.Excerpt(call.Operation)}: see docs/local-cloud.md."),
        };
        var response = call.Http.Response;
        response.ContentType = "text/xml";
        await response.WriteAsync(
            $"<{call.Operation}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><{call.Operation}Result>{answer}</{call.Operation}Result>"
            + $"<ResponseMetadata><RequestId>{response.Headers["x-amzn-RequestId"]}</RequestId></ResponseMetadata></{call.Operation}Response>",
            cancellation);
    }

    // There is one region here, and nothing in the others.
    private IReadOnlyList<CreatedStack> In(string region) => region == LocalSettings.Region ? stacks.All : [];

    // A name, or the whole id.
    private CreatedStack Stack(string? name, string region) => In(region).FirstOrDefault(stack => name == stack.Name || name == stack.Id)
        ?? throw new AwsFailure(400, "ValidationError", $"Stack with id {Printable.Excerpt(name)} does not exist");

    private static string Described(CreatedStack stack) =>
        "<member>" + Element("StackId", stack.Id) + Element("StackName", stack.Name) + Element("StackStatus", "CREATE_COMPLETE")
        + Element("CreationTime", Time(stack))
        + $"<Outputs>{string.Concat(stack.Outputs.Select(output => $"<member>{Element("OutputKey", output.Key)}{Element("OutputValue", output.Value)}</member>"))}</Outputs>"
        + $"<Parameters>{string.Concat(stack.Parameters.Select(parameter => $"<member>{Element("ParameterKey", parameter.Key)}{Element("ParameterValue", parameter.Value)}</member>"))}</Parameters></member>";

    private static string Resources(CreatedStack stack) => string.Concat(stack.Resources.Select(resource =>
        "<member>" + Element("LogicalResourceId", resource.Key) + Element("PhysicalResourceId", resource.Value)
        + Element("ResourceType", stack.Types[resource.Key]) + Element("LastUpdatedTimestamp", Time(stack))
        + Element("ResourceStatus", "CREATE_COMPLETE") + "</member>"));

    private static string Time(CreatedStack stack) => stack.Created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Element(string name, string value) => $"<{name}>{SecurityElement.Escape(value)}</{name}>";
}
