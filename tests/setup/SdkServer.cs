using System.Globalization;
using System.Net;

namespace Pomona.Setup.Tests;

/// <summary>How a server treats the one file that it has.</summary>
internal enum Manner
{
    /// <summary>Sends it, or the part of it that is asked for.</summary>
    Right,

    /// <summary>Hangs up half way through what is asked for.</summary>
    Cut,

    /// <summary>Hangs up half way the first time, and cannot go on with a file afterwards.</summary>
    CutAndForgetful,

    /// <summary>Sends another file of the same length.</summary>
    Altered,

    Missing,
}

/// <summary>Plays the place from which the .NET SDK is fetched.</summary>
internal sealed class SdkServer(string file) : LoopbackServer
{
    private readonly List<string> _ranges = [];

    public Manner Manner { get; set; }

    public string Address => Root + "dotnet-sdk.tar.gz";

    /// <summary>Of each request, the part of the file that it asked for; empty for all of it.</summary>
    public IReadOnlyList<string> Ranges => _ranges;

    protected override void Answer(HttpListenerRequest request, HttpListenerResponse response)
    {
        var range = request.Headers["Range"] ?? "";
        _ranges.Add(range);
        if (Manner == Manner.Missing)
        {
            response.StatusCode = 404;
            return;
        }

        using var content = File.OpenRead(file);
        if (range.Length > 0 && Manner != Manner.CutAndForgetful)
        {
            content.Position = long.Parse(range.Split('=', '-')[1], CultureInfo.InvariantCulture);
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {content.Position}-{content.Length - 1}/{content.Length}";
        }

        response.ContentLength64 = content.Length - content.Position;
        if (Manner == Manner.Cut || (Manner == Manner.CutAndForgetful && _ranges.Count == 1))
        {
            var half = new byte[response.ContentLength64 / 2];
            content.ReadExactly(half);
            response.OutputStream.Write(half);
            response.OutputStream.Flush();
            response.Abort();
        }
        else if (Manner == Manner.Altered)
        {
            response.OutputStream.Write(new byte[response.ContentLength64]);
        }
        else
        {
            content.CopyTo(response.OutputStream);
        }
    }
}
