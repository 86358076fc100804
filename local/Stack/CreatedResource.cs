namespace Pomona.Local.Stack;

/// <summary>A resource that was created.</summary>
/// <param name="Reference">What <c>Ref</c> gives.</param>
/// <param name="Attributes">What <c>Fn::GetAtt</c> gives.</param>
internal sealed record CreatedResource(string Reference, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>A resource whose only attribute is its ARN.</summary>
    public static CreatedResource WithArn(string reference, string arn) =>
        new(reference, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn });

    /// <summary>A resource without attributes.</summary>
    public static CreatedResource Plain(string reference) => new(reference, new Dictionary<string, string>(StringComparer.Ordinal));
}
