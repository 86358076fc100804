using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pomona.Job.Applying;

/// <summary>Comma-separated values with a heading (RFC 4180): <c>image,class,probability,component_1,…</c>.</summary>
/// <param name="output">Where to; left open.</param>
/// <param name="components">How many components an image has.</param>
internal sealed class AppliedCsv(TextWriter output, int components) : IAppliedOutput
{
    private readonly StringBuilder _line = new();
    private bool _begun;

    public void Add(AppliedImage image)
    {
        Begin();
        Quote(image.Image);
        _line.Append(',');
        Quote(image.Class);
        _line.Append(CultureInfo.InvariantCulture, $",{image.Probability:R}");
        foreach (var component in image.Components.Span)
            _line.Append(CultureInfo.InvariantCulture, $",{component:R}");
        End();
    }

    public void Complete()
    {
        Begin();
        output.Flush();
    }

    public void Dispose()
    {
    }

    private void Begin()
    {
        if (_begun)
            return;
        _begun = true;
        _line.Append("image,class,probability");
        for (var k = 1; k <= components; k++)
            _line.Append(CultureInfo.InvariantCulture, $",component_{k}");
        End();
    }

    private void End()
    {
        _line.Append('\n');
        output.Write(_line.ToString());
        _line.Clear();
    }

    private void Quote(string text)
    {
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0)
            _line.Append(text);
        else
            _line.Append('"').Append(text).Replace("\"", "\"\"", _line.Length - text.Length, text.Length).Append('"');
    }
}

/// <summary>A line of JSON per image: <c>{"image": …, "class": …, "probability": …, "components": […]}</c>.</summary>
/// <param name="output">Where to; left open.</param>
internal sealed class AppliedJson(TextWriter output) : IAppliedOutput
{
    private readonly MemoryStream _line = new();

    public void Add(AppliedImage image)
    {
        _line.SetLength(0);
        using (var json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("image", image.Image);
            json.WriteString("class", image.Class);
            json.WriteNumber("probability", image.Probability);
            json.WriteStartArray("components");
            foreach (var component in image.Components.Span)
                json.WriteNumberValue(component);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length) + "\n");
    }

    public void Complete() => output.Flush();

    public void Dispose() => _line.Dispose();
}
