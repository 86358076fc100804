namespace Pomona.Template.Tests;

internal enum PolicyKind
{
    /// <summary>Who may take a role.</summary>
    Trust,

    /// <summary>What a role may do.</summary>
    Identity,

    /// <summary>Who may do what with a bucket, topic or queue.</summary>
    Resource,

    /// <summary>Who may use a key.</summary>
    Key,
}
