namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>The weights of one layer, in Keras's order of axes.</summary>
/// <param name="Shape">For a convolution [height, width, in, out]; for a depthwise one [height, width, in, multiplier].</param>
/// <param name="Values">In row-major order.</param>
internal sealed record WeightTensor(int[] Shape, float[] Values);
