using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Pomona.Local.Front;

/// <summary>Which user of this machine has the other end of a connection over the loopback, as Linux tells it.</summary>
/// <remarks>https://docs.kernel.org/networking/proc_net_tcp.html</remarks>
internal static class PeerUser
{
    /// <summary>Whether that user is the one whom this program runs as. False also where the system does not tell.</summary>
    /// <param name="peer">The other end.</param>
    /// <param name="here">This end.</param>
    public static bool IsOurs(IPEndPoint peer, IPEndPoint here) => OperatingSystem.IsLinux() && Of(peer, here) is { } user && user == Ours();

    /// <summary>The user's number; null when there is no such connection (any more).</summary>
    public static uint? Of(IPEndPoint peer, IPEndPoint here) =>
        Of("/proc/net/tcp", peer, here, address => address.MapToIPv4())
        ?? Of("/proc/net/tcp6", peer, here, address => address.MapToIPv6());

    private static uint? Of(string table, IPEndPoint peer, IPEndPoint here, Func<IPAddress, IPAddress> form)
    {
        if (!File.Exists(table) || (form(peer.Address).GetAddressBytes().Length == 4 && !IsFour(peer.Address)))
            return null;
        var ends = $" {Written(form(peer.Address), peer.Port)} {Written(form(here.Address), here.Port)} ";
        foreach (var line in File.ReadLines(table))
        {
            if (!line.Contains(ends, StringComparison.Ordinal))
                continue;
            // A socket that its process has closed has no inode, and says that it is root's.
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields[9] == "0" ? null : uint.Parse(fields[7], CultureInfo.InvariantCulture);
        }

        return null;
    }

    private static bool IsFour(IPAddress address) => address.GetAddressBytes().Length == 4 || address.IsIPv4MappedToIPv6;

    // The address as the machine's own 32-bit words, then the port.
    private static string Written(IPAddress address, int port) =>
        string.Concat(MemoryMarshal.Cast<byte, uint>(address.GetAddressBytes()).ToArray().Select(word => word.ToString("X8", CultureInfo.InvariantCulture)))
        + ":" + port.ToString("X4", CultureInfo.InvariantCulture);

    // The effective one of the four that the line holds.
    private static uint Ours() => uint.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2],
        CultureInfo.InvariantCulture);
}
