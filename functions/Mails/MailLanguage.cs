namespace Pomona.Functions.Mails;

/// <summary>The languages that mails are written in.</summary>
internal enum MailLanguage
{
    /// <summary>English.</summary>
    English,

    /// <summary>French.</summary>
    French,
}
