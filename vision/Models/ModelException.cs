using Pomona.Contracts;

namespace Pomona.Vision.Models;

/// <summary>
/// No model can be used; the message is one sentence that names the model, what is wrong with it and what to do. Thrown
/// before any image is read.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="cause">What led here.</param>
public sealed class ModelException(string message, Exception? cause = null) : PomonaException(ExitCode.Model, message, cause);
