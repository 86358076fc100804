using System.Buffers.Binary;
using System.Text;

namespace Pomona.Bootstrap.Tests;

/// <summary>What a native library for 64-bit Linux asks of the system that loads it (ELF-64, little-endian).</summary>
internal static class ElfFile
{
    private const uint NeededVersions = 0x6FFFFFFE; // SHT_GNU_verneed

    public static bool Is(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[6];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
            && magic.SequenceEqual<byte>([0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1]);
    }

    /// <summary>The symbol versions that must be there, for instance <c>GLIBC_2.28</c>, as readelf -V lists them.</summary>
    public static IReadOnlyList<string> VersionsNeededBy(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        var sections = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[0x28..]);
        var size = BinaryPrimitives.ReadUInt16LittleEndian(file[0x3A..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[0x3C..]);
        var versions = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var section = file[(sections + (size * i))..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != NeededVersions)
                continue;
            var names = (int)BinaryPrimitives.ReadUInt32LittleEndian(section[0x28..]);
            Add(file[OffsetOf(section)..], file[OffsetOf(file[(sections + (size * names))..])..], versions);
        }

        return versions;
    }

    private static int OffsetOf(ReadOnlySpan<byte> section) => (int)BinaryPrimitives.ReadUInt64LittleEndian(section[0x18..]);

    // One Elf64_Verneed for each library, each with its own list of Elf64_Vernaux; both link by relative offsets.
    private static void Add(ReadOnlySpan<byte> needed, ReadOnlySpan<byte> names, List<string> versions)
    {
        while (true)
        {
            var version = needed[(int)BinaryPrimitives.ReadUInt32LittleEndian(needed[8..])..];
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(needed[2..]); left > 0; left--)
            {
                var name = names[(int)BinaryPrimitives.ReadUInt32LittleEndian(version[8..])..];
                versions.Add(Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]));
                version = version[(int)BinaryPrimitives.ReadUInt32LittleEndian(version[12..])..];
            }

            var next = (int)BinaryPrimitives.ReadUInt32LittleEndian(needed[12..]);
            if (next == 0)
                return;
            needed = needed[next..];
        }
    }
}
