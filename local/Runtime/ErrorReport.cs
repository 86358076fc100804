using System.Text.Json;

namespace Pomona.Local.Runtime;

/// <summary>An exception in the form that Lambda reports it to the caller.</summary>
internal static class ErrorReport
{
    /// <summary><c>errorType</c>, <c>errorMessage</c>, <c>stackTrace</c> and, for inner exceptions, <c>cause</c>.</summary>
    public static byte[] Of(Exception fault)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
            Write(json, fault is AggregateException { InnerExceptions: [var only] } ? only : fault);
        return text.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Exception fault)
    {
        json.WriteStartObject();
        json.WriteString("errorType", fault is AnswerTooLargeException ? AnswerTooLargeException.Type : fault.GetType().Name);
        json.WriteString("errorMessage", fault.Message);
        json.WriteStartArray("stackTrace");
        foreach (var line in (fault.StackTrace ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            json.WriteStringValue(line);
        json.WriteEndArray();
        if (fault.InnerException is { } inner)
        {
            json.WritePropertyName("cause");
            Write(json, inner);
        }

        json.WriteEndObject();
    }
}
