namespace Pomona.Local.Stack;

/// <summary>Creates resources of one CloudFormation type through the service's own API.</summary>
internal interface IResourceType
{
    /// <summary>The type: <c>AWS::SNS::Topic</c>.</summary>
    string Name { get; }

    /// <summary>Creates the resource.</summary>
    /// <param name="logicalId">Its name in the template.</param>
    /// <param name="properties">Its properties; every one must be taken.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Account.LocalCloudException">A property is missing or cannot be honoured.</exception>
    /// <exception cref="Aws.AwsCallException">The service refuses.</exception>
    Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation);
}

/// <summary>A resource that was created.</summary>
/// <param name="Reference">What <c>Ref</c> gives.</param>
/// <param name="Attributes">What <c>Fn::GetAtt</c> gives.</param>
internal sealed record CreatedResource(string Reference, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>A resource whose only attribute is its ARN.</summary>
    public static CreatedResource WithArn(string reference, string arn) =>
        new(reference, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn });

    public static CreatedResource Plain(string reference) => new(reference, new Dictionary<string, string>(StringComparer.Ordinal));
}
