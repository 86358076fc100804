using System.Text.Json.Serialization;

namespace Pomona.Vision.Models;

/// <summary>Where a model is looked for, in this order.</summary>
[JsonConverter(typeof(ModelOriginJsonConverter))]
public enum ModelOrigin
{
    /// <summary>--model or POMONA_MODEL.</summary>
    Requested,

    /// <summary>The cache.</summary>
    Cache,

    /// <summary>The ONNX Model Zoo, pinned by SHA-256.</summary>
    Zoo,

    /// <summary>npm's nsfwjs, where it is installed.</summary>
    Npm,
}
