using System.Security.Cryptography;
using System.Text;

namespace Pomona.Job.Reporting;

/// <summary>The page's own files, as the program carries them: template, stylesheet, script.</summary>
internal static class ReportFiles
{
    /// <summary>The text of a file of the folder <c>page</c>.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(ReportFiles).Assembly.GetManifestResourceStream("report/" + name)
            ?? throw new InvalidOperationException($"The program was built without its page/{name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The source expression that lets a content security policy (level 3) accept exactly this inline text.</summary>
    public static string PolicyHash(string inlineText)
        => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inlineText)));
}
