// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using System.Text.Json.Serialization.Metadata;
using Amazon.ElasticMapReduce.Internal;
using Amazon.ElasticMapReduce.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Pomona.StandIns.AwsProtocols;

namespace Amazon.ElasticMapReduce;

public partial class AmazonElasticMapReduceClient : AmazonServiceClient, IAmazonElasticMapReduce
{
    public AmazonElasticMapReduceClient()
        : base(new AmazonElasticMapReduceConfig())
    {
    }

    public AmazonElasticMapReduceClient(RegionEndpoint region)
        : base(new AmazonElasticMapReduceConfig { RegionEndpoint = region })
    {
    }

    public AmazonElasticMapReduceClient(AmazonElasticMapReduceConfig config)
        : base(config)
    {
    }

    public AmazonElasticMapReduceClient(AWSCredentials credentials)
        : this(credentials, new AmazonElasticMapReduceConfig())
    {
    }

    public AmazonElasticMapReduceClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonElasticMapReduceConfig { RegionEndpoint = region })
    {
    }

    public AmazonElasticMapReduceClient(AWSCredentials credentials, AmazonElasticMapReduceConfig clientConfig)
        : base(credentials, clientConfig)
    {
    }

    protected override IServiceMetadata ServiceMetadata { get; } = new ServiceMetadata("EMR");

    static ClientConfig IAmazonService.CreateDefaultClientConfig() => new AmazonElasticMapReduceConfig();

    static IAmazonService IAmazonService.CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig)
        => new AmazonElasticMapReduceClient(awsCredentials, ((AmazonElasticMapReduceConfig)clientConfig) ?? new AmazonElasticMapReduceConfig());

    public virtual Task<ListClustersResponse> ListClustersAsync(
        ListClustersRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "ListClusters", request, ElasticMapReduceJson.Default.ListClustersRequest, ElasticMapReduceJson.Default.ListClustersResponse, cancellationToken);

    public virtual Task<ListSupportedInstanceTypesResponse> ListSupportedInstanceTypesAsync(
        ListSupportedInstanceTypesRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "ListSupportedInstanceTypes", request, ElasticMapReduceJson.Default.ListSupportedInstanceTypesRequest, ElasticMapReduceJson.Default.ListSupportedInstanceTypesResponse, cancellationToken);

    public virtual Task<DescribeClusterResponse> DescribeClusterAsync(
        DescribeClusterRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "DescribeCluster", request, ElasticMapReduceJson.Default.DescribeClusterRequest, ElasticMapReduceJson.Default.DescribeClusterResponse, cancellationToken);

    public virtual Task<ListStepsResponse> ListStepsAsync(
        ListStepsRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "ListSteps", request, ElasticMapReduceJson.Default.ListStepsRequest, ElasticMapReduceJson.Default.ListStepsResponse, cancellationToken);

    public virtual Task<DescribeStepResponse> DescribeStepAsync(
        DescribeStepRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "DescribeStep", request, ElasticMapReduceJson.Default.DescribeStepRequest, ElasticMapReduceJson.Default.DescribeStepResponse, cancellationToken);

    public virtual Task<TerminateJobFlowsResponse> TerminateJobFlowsAsync(
        TerminateJobFlowsRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "TerminateJobFlows", request, ElasticMapReduceJson.Default.TerminateJobFlowsRequest, ElasticMapReduceJson.Default.TerminateJobFlowsResponse, cancellationToken);

    public virtual Task<AddTagsResponse> AddTagsAsync(
        AddTagsRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "AddTags", request, ElasticMapReduceJson.Default.AddTagsRequest, ElasticMapReduceJson.Default.AddTagsResponse, cancellationToken);

    public virtual Task<SetTerminationProtectionResponse> SetTerminationProtectionAsync(
        SetTerminationProtectionRequest request, CancellationToken cancellationToken = default)
        => CallAsync(
            "SetTerminationProtection", request, ElasticMapReduceJson.Default.SetTerminationProtectionRequest, ElasticMapReduceJson.Default.SetTerminationProtectionResponse, cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new ServiceEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new ServiceAuthSchemeHandler());
    }

    private Task<TResponse> CallAsync<TRequest, TResponse>(
        string operation, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TResponse> responseType,
        CancellationToken cancellationToken)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse, new()
        => InvokeAsync<TResponse>(
            request,
            new InvokeOptions
            {
                RequestMarshaller = new JsonRequestMarshaller<TRequest>(
                    "Amazon.ElasticMapReduce", "2009-03-31", "1.1", "ElasticMapReduce." + operation, requestType),
                ResponseUnmarshaller = new JsonBodyUnmarshaller<TResponse>(responseType, ExceptionOf),
            },
            cancellationToken);

    private static AmazonServiceException ExceptionOf(ErrorResponse error) => error.Code switch
    {
        "InternalServerError" => new InternalServerErrorException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InternalServerException" => new InternalServerException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidRequestException" => new InvalidRequestException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        _ => new AmazonElasticMapReduceException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
    };
}
