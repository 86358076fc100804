// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using System.Net;
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class InvalidRequestException : AmazonElasticMapReduceException
{
    public InvalidRequestException(string message)
        : base(message)
    {
    }

    public InvalidRequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public InvalidRequestException(Exception innerException)
        : base(innerException)
    {
    }

    public InvalidRequestException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId,
        HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidRequestException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }
}
