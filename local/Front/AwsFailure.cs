namespace Pomona.Local.Front;

/// <summary>An error that the front answers a call with, in the form of the call's protocol.</summary>
internal sealed class AwsFailure(int status, string code, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>The error's name.</summary>
    public string Code => code;
}
