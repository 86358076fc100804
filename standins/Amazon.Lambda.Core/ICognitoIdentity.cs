// Stand-in for Amazon.Lambda.Core 3.2.0: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.Lambda.Core;

public interface ICognitoIdentity
{
    string IdentityId { get; }

    string IdentityPoolId { get; }
}
