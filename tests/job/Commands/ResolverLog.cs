using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace Pomona.Job.Tests.Commands;

/// <summary>
/// Hears every host name that a program looks up, whatever library in it does so: in a mount namespace of the program's
/// own, the system's resolver is this one, on a loopback address, and knows no name at all.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ResolverLog : IDisposable
{
    private const int HeaderLength = 12;

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly ConcurrentDictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Task _answering;

    public ResolverLog()
    {
        // Any address of 127/8 is this machine, so that tests at the same time do not meet.
        var address = new IPAddress([127, 53, (byte)Random.Shared.Next(256), (byte)Random.Shared.Next(1, 255)]);
        _socket.Bind(new IPEndPoint(address, 53));
        _folder.Write("resolv.conf", Encoding.ASCII.GetBytes($"nameserver {address}\noptions timeout:1 attempts:1\n"));
        _folder.Write("nsswitch.conf", "hosts: files dns\n"u8);
        _answering = AnswerAsync();
    }

    /// <summary>Why programs cannot be listened to here; null when they can.</summary>
    public static string? Missing { get; } = !OperatingSystem.IsLinux() ? "mount namespaces are Linux'"
        : !Environment.IsPrivilegedProcess ? "a resolver of one's own needs root"
        : !File.Exists("/etc/resolv.conf") || !File.Exists("/etc/nsswitch.conf") ? "/etc has no resolver to replace"
        : Tool.Run("unshare", ["--mount", "mount", "--bind", "/etc/hosts", "/etc/resolv.conf"]).ExitCode != 0
            ? "mounting in a namespace of one's own is not allowed" : null;

    /// <summary>What was looked up until now, in alphabetical order.</summary>
    public IReadOnlyList<string> Names => [.. _names.Keys.Order(StringComparer.Ordinal)];

    /// <summary>How to start a program that is listened to.</summary>
    public ProcessStartInfo Listening(string program, params IEnumerable<string> arguments) => new(
        "unshare",
        [
            "--mount", "sh", "-c",
            "mount --bind \"$1/resolv.conf\" /etc/resolv.conf && mount --bind \"$1/nsswitch.conf\" /etc/nsswitch.conf "
                + "&& shift && exec \"$@\"",
            "sh", _folder.Path, program, .. arguments,
        ]);

    public void Dispose()
    {
        _socket.Dispose();
        _answering.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _folder.Dispose();
    }

    private async Task AnswerAsync()
    {
        var message = new byte[512];
        while (true)
        {
            var received = await _socket.ReceiveFromAsync(message, new IPEndPoint(IPAddress.Any, 0));
            var question = message.AsMemory(0, received.ReceivedBytes);
            if (question.Length <= HeaderLength)
                continue;
            _names.TryAdd(NameIn(question.Span[HeaderLength..]), 0);
            // RFC 1035, 4.1.1: a response, recursion available, the name does not exist. No records but the question.
            BinaryPrimitives.WriteUInt16BigEndian(question.Span[2..], 0x8183);
            question.Span[6..HeaderLength].Clear();
            await _socket.SendToAsync(question[..EndOfQuestion(question.Span)], received.RemoteEndPoint);
        }
    }

    private static string NameIn(ReadOnlySpan<byte> labels)
    {
        var name = new StringBuilder();
        for (; labels[0] > 0; labels = labels[(labels[0] + 1)..])
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(labels.Slice(1, labels[0])));
        return name.ToString();
    }

    private static int EndOfQuestion(ReadOnlySpan<byte> message)
        => HeaderLength + message[HeaderLength..].IndexOf((byte)0) + 1 + 4;
}
