using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>
/// Reads the data out of a JavaScript module that holds nothing else, as bundlers write it:
/// <c>…(function(e,a,n){a.exports={key:"text",flag:!0,list:[.5,1e-3,null]}}…</c>. Nothing is executed: only literals are
/// understood (objects, arrays, strings, numbers, true, false, null, !0, !1, void 0).
/// </summary>
internal ref struct JavaScriptLiteral
{
    private const int DeepestNesting = 64;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private JavaScriptLiteral(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The literal that a module exports.</summary>
    /// <param name="module">The module's source.</param>
    /// <exception cref="FormatException">It exports no literal.</exception>
    public static JsonNode? ReadExport(ReadOnlySpan<char> module)
    {
        const string Export = ".exports=";
        for (var from = 0; module[from..].IndexOf(Export, StringComparison.Ordinal) is >= 0 and var found;)
        {
            from += found + Export.Length;
            // A bundler's own wrapper assigns a call; the data is an object or a text.
            if (from < module.Length && module[from] is '{' or '[' or '"' or '\'')
                return new JavaScriptLiteral(module[from..]).Value();
        }

        throw new FormatException("it exports no object and no text");
    }

    private JsonNode? Value()
    {
        SkipSpace();
        switch (Peek())
        {
            case '{':
                return Object();
            case '[':
                return Array();
            case '"' or '\'':
                return JsonValue.Create(Text());
            case '!':
                return JsonValue.Create(Take("!0") || !Expect("!1"));
            case '-' or '.' or (>= '0' and <= '9'):
                return JsonValue.Create(Number());
            default:
                if (Take("true"))
                    return JsonValue.Create(true);
                if (Take("false"))
                    return JsonValue.Create(false);
                if (!Take("null"))
                    Expect("void 0");
                return null;
        }
    }

    private JsonObject Object()
    {
        Enter('{');
        var members = new JsonObject();
        while (!Leave('}', members.Count))
        {
            SkipSpace();
            var key = Peek() is '"' or '\'' ? Text() : Name();
            SkipSpace();
            Expect(":");
            if (!members.TryAdd(key, Value()))
                throw Wrong($"'{key}' is there twice");
        }

        return members;
    }

    private JsonArray Array()
    {
        Enter('[');
        var items = new JsonArray();
        while (!Leave(']', items.Count))
            items.Add(Value());
        return items;
    }

    private void Enter(char open)
    {
        Expect(open.ToString());
        if (++_depth > DeepestNesting)
            throw Wrong("it is nested too deeply");
    }

    // At the end, or past the comma that the next item needs.
    private bool Leave(char close, int count)
    {
        SkipSpace();
        if (Peek() != close)
        {
            if (count > 0)
                Expect(",");
            SkipSpace();
        }

        if (Peek() != close)
            return false;
        _at++;
        _depth--;
        return true;
    }

    private string Text()
    {
        var quote = _text[_at++];
        var text = new StringBuilder();
        while (true)
        {
            var rest = _text[_at..];
            var plain = rest.IndexOfAny(quote, '\\', '\n');
            if (plain < 0 || rest[plain] == '\n')
                throw Wrong("a text does not end");
            text.Append(rest[..plain]);
            _at += plain + 1;
            if (rest[plain] == quote)
                return text.ToString();
            text.Append(Escaped());
        }
    }

    private char Escaped()
    {
        var escape = Peek();
        _at++;
        return escape switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            'x' => Hexadecimal(2),
            'u' => Hexadecimal(4),
            '"' or '\'' or '\\' or '/' => escape,
            _ => throw Wrong($"the escape \\{escape} is not known"),
        };
    }

    private char Hexadecimal(int digits)
    {
        if (_at + digits > _text.Length
            || !ushort.TryParse(_text.Slice(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw Wrong("an escape is cut short");
        _at += digits;
        return (char)code;
    }

    private double Number()
    {
        var start = _at;
        while (char.IsAsciiDigit(Peek()) || Peek() is '+' or '-' or '.' or 'e' or 'E')
            _at++;
        var digits = _text[start.._at];
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            throw Wrong($"'{digits}' is not a number");
        return number;
    }

    private string Name()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '_' or '$')
            _at++;
        return _at > start ? _text[start.._at].ToString() : throw Wrong("a name is missing");
    }

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Peek()))
            _at++;
    }

    private readonly char Peek() => _at < _text.Length ? _text[_at] : '\0';

    private bool Take(string word)
    {
        if (!_text[_at..].StartsWith(word, StringComparison.Ordinal))
            return false;
        _at += word.Length;
        return true;
    }

    private bool Expect(string word) => Take(word) ? true : throw Wrong($"'{word}' is missing");

    private readonly FormatException Wrong(string what)
        => new(FormattableString.Invariant($"{what} ({_at} characters into its data)"));
}
