namespace Pomona.Job.Models;

/// <summary>
/// No model can be used; the message is one sentence that names the model, what is wrong with it and what to do. Thrown
/// before any image is read.
/// </summary>
internal sealed class ModelException : Exception
{
    public ModelException(string message) : base(message)
    {
    }

    public ModelException(string message, Exception cause) : base(message, cause)
    {
    }
}
