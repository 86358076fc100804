using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>What an execution does whose input does not say otherwise: the stack's parameters.</summary>
/// <param name="Components">How many components to keep, or of which share of the variance.</param>
/// <param name="ExifRotation">Whether images are turned upright: <see cref="JobArguments.On"/> or <see cref="JobArguments.Off"/>.</param>
/// <param name="Decode">How much of a large JPEG is decoded: <see cref="JobArguments.Exact"/> or <see cref="JobArguments.Scaled"/>.</param>
/// <param name="Engine">One of <see cref="RunEngine"/>.</param>
internal sealed record RunDefaults(ComponentCount Components, string ExifRotation, string Decode, string Engine)
{
    /// <summary>What an execution of this input does. Of a basis all components are kept, unless the input says how many.</summary>
    /// <exception cref="InvalidExecutionInputException">Its engine cannot do what it asks for.</exception>
    public RunDefaults With(ExecutionInput input) => new(
        input.Components ?? (input.Basis is null ? Components : ExecutionInput.MostComponents),
        input.ExifRotation ?? ExifRotation,
        input.Decode ?? Decode,
        RunEngine.AskedBy(input, Engine));
}
