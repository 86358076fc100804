// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
namespace Microsoft.Spark;

/// <summary>The JVM's whole stack trace as its message; the inner exception of what a failed call throws.</summary>
public class JvmException : Exception
{
    public JvmException(string message)
        : base(message)
    {
    }
}
