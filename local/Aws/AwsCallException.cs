namespace Pomona.Local.Aws;

/// <summary>An AWS API call that was answered with an error.</summary>
/// <param name="code">The error's name: <c>ThrottlingException</c>, <c>NoSuchBucket</c>, …</param>
/// <param name="message">What the service says.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class AwsCallException(string code, string message, int status) : Exception(message)
{
    /// <summary>The error's name.</summary>
    public string Code => code;

    /// <summary>The HTTP status.</summary>
    public int Status => status;
}
