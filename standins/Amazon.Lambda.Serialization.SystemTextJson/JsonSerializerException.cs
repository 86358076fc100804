// Stand-in for Amazon.Lambda.Serialization.SystemTextJson 3.0.0: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.Lambda.Serialization.SystemTextJson;

public class JsonSerializerException : Exception
{
    public JsonSerializerException(string message)
        : base(message)
    {
    }

    public JsonSerializerException(string message, Exception exception)
        : base(message, exception)
    {
    }
}
