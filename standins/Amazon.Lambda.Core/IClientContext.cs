// Stand-in for Amazon.Lambda.Core 3.2.0: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.Lambda.Core;

public interface IClientContext
{
    IDictionary<string, string> Environment { get; }

    IClientApplication Client { get; }

    IDictionary<string, string> Custom { get; }
}
