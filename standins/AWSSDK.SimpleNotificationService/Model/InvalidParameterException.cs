// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using System.Net;
using Amazon.Runtime;

namespace Amazon.SimpleNotificationService.Model;

public partial class InvalidParameterException : AmazonSimpleNotificationServiceException
{
    public InvalidParameterException(string message)
        : base(message)
    {
    }

    public InvalidParameterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public InvalidParameterException(Exception innerException)
        : base(innerException)
    {
    }

    public InvalidParameterException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId,
        HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidParameterException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }
}
