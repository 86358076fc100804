using System.Net.Sockets;
using System.Text;

namespace Pomona.Local.Tests.Front;

/// <summary>Requests as no client writes them.</summary>
internal static class RawRequest
{
    public static string Head(string request, string service, string headers) =>
        $"{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
        + $"Authorization: AWS4-HMAC-SHA256 Credential=me/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n";

    // Whatever is sent, the front ends the connection; that it does is what is waited for.
    public static async Task<string> SendAsync(this LocalAccount account, string text)
    {
        using var caller = new TcpClient();
        await caller.ConnectAsync("localhost", account.Cloud.Settings.Front.Port);
        await using var stream = caller.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
            var part = new byte[4096];
            for (int read; (read = await stream.ReadAsync(part).AsTask().WaitAsync(TimeSpan.FromMinutes(1))) > 0;)
                answer.Append(Encoding.ASCII.GetString(part, 0, read));
        }
        catch (IOException)
        {
            // Reset, for what was sent and not read; the answer came before.
        }

        return answer.ToString();
    }
}
