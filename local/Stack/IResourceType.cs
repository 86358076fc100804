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
    /// <exception cref="LocalCloudException">A property is missing or cannot be honoured.</exception>
    /// <exception cref="Aws.AwsCallException">The service refuses.</exception>
    Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation);
}
