using Amazon.Lambda.Core;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>EMR's answer about instance types: everything, unless a test says what.</summary>
internal sealed class MemoryOfferedTypes : IOfferedTypes
{
    public HashSet<string>? Types { get; set; }

    public Task<IReadOnlySet<string>?> OfAsync(string releaseLabel, ILambdaLogger log, CancellationToken cancellation)
        => Task.FromResult<IReadOnlySet<string>?>(Types);
}
