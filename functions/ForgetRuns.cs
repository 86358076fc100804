using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Runs;

namespace Pomona.Functions;

/// <summary>Once a day, removes runs that are older than the stack keeps them; the newest finished one of a data set always stays.</summary>
public sealed class ForgetRuns
{
    private readonly RunForgetter _forgetter;

    /// <summary>As Lambda makes it.</summary>
    public ForgetRuns()
        : this(Composition.FromEnvironment.Forgetter())
    {
    }

    internal ForgetRuns(RunForgetter forgetter) => _forgetter = forgetter;

    /// <summary>Handles the schedule's event, whatever it says.</summary>
    /// <exception cref="InvalidOperationException">A run could not be removed, so that the alarm on errors rings.</exception>
    public async Task<ForgottenRuns> HandleAsync(JsonElement input, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = Deadline.Of(context);
        var forgotten = await _forgetter.ForgetAsync(context.Logger, deadline.Token);
        return forgotten.Failed.Count == 0
            ? forgotten
            : throw new InvalidOperationException($"Could not remove {string.Join(", ", forgotten.Failed)}: see the log; it is tried again tomorrow.");
    }
}
