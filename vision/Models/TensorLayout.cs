using System.Text.Json.Serialization;

namespace Pomona.Vision.Models;

/// <summary>The order of an image tensor's axes.</summary>
[JsonConverter(typeof(TensorLayoutJsonConverter))]
public enum TensorLayout
{
    /// <summary>[batch, height, width, channel], as TensorFlow and Keras make it.</summary>
    Nhwc,

    /// <summary>[batch, channel, height, width], as PyTorch makes it.</summary>
    Nchw,
}
