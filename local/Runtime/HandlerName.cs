namespace Pomona.Local.Runtime;

/// <summary>A handler as templates name it: <c>Assembly::Namespace.Type::Method</c>.</summary>
internal sealed record HandlerName(string Assembly, string Type, string Method)
{
    /// <summary>Reads a handler's name.</summary>
    /// <exception cref="FormatException">It does not have three parts.</exception>
    public static HandlerName Parse(string text) => text.Split("::") is [{ Length: > 0 } assembly, { Length: > 0 } type, { Length: > 0 } method]
        ? new HandlerName(assembly, type, method)
        : throw new FormatException($"'{text}' is not a handler: it looks like Assembly::Namespace.Type::Method.");
}
