namespace Pomona.Vision.Tests.Imaging;

/// <summary>Tests that measure the process run after the others, one by one.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
