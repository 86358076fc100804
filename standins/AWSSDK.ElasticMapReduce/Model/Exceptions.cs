// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using System.Net;
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class InternalServerErrorException(
    string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
    : AmazonElasticMapReduceException(message, innerException, errorType, errorCode, requestId, statusCode);

public partial class InternalServerException(
    string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
    : AmazonElasticMapReduceException(message, innerException, errorType, errorCode, requestId, statusCode);

public partial class InvalidRequestException(
    string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
    : AmazonElasticMapReduceException(message, innerException, errorType, errorCode, requestId, statusCode);
