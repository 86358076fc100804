using Amazon.Lambda.Core;

namespace Pomona.Functions.Hosting;

/// <summary>
/// Works through what one event is about. One that fails does not stop the others; afterwards the event is failed as a
/// whole, so that Lambda delivers it again (twice, then to the dead-letter queue). Every handler is harmless to repeat.
/// </summary>
internal static class RecordBatch
{
    /// <exception cref="AggregateException">Some failed; the others are done.</exception>
    public static async Task ForEachAsync<T>(
        IEnumerable<T> items, Func<T, string> nameOf, ILambdaLogger log, Func<T, Task> act)
    {
        List<Exception>? failures = null;
        foreach (var item in items)
        {
            try
            {
                await act(item);
            }
            catch (Exception e)
            {
                // Whatever stopped this one must not stop the next; it is thrown again below.
                log.LogError(e, "Failed on {item}; the event will come again", nameOf(item));
                (failures ??= []).Add(e);
            }
        }

        if (failures is not null)
            throw new AggregateException($"{failures.Count} of the event's parts failed; they are tried again.", failures);
    }
}
