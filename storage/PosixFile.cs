using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>What a name in a folder stands for.</summary>
internal enum FileType
{
    /// <summary>Bytes that end: what can be read whole.</summary>
    Regular,

    Folder,

    Link,

    /// <summary>A pipe, a socket or a device: reading it may wait for ever, and what it gives is nobody's image.</summary>
    Other,
}

/// <summary>What the system says of a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">With <paramref name="Inode"/> the file's identity, whatever names lead to it; both 0 on Windows.</param>
/// <param name="Inode">The file's number on its device.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Changed">When its content changed, in ticks of <see cref="DateTime"/>, also beyond the years of that type.</param>
internal readonly record struct FileFacts(FileType Kind, ulong Device, ulong Inode, long Size, Int128 Changed)
{
    private static readonly DateTimeOffset FirstDate = DateTimeOffset.UnixEpoch;

    public DateTimeOffset ChangedDate => Changed < FirstDate.Ticks ? FirstDate
        : Changed > DateTimeOffset.MaxValue.Ticks ? DateTimeOffset.MaxValue
        : new DateTimeOffset((long)Changed, TimeSpan.Zero);
}

/// <summary>
/// The calls of POSIX that .NET makes in another way than a store needs. It opens a file only with a lock of its own, waits for
/// the other end of a pipe, hears no failed flush (<see href="https://github.com/dotnet/runtime/blob/main/src/native/libs/System.Native/pal_io.c">FileStream.Flush
/// drops its errors</see>), takes a lock that the file system does not know for one that it got, and tells neither a file's kind
/// nor its identity. On Windows, where none of this is so, what .NET has is used.
/// </summary>
internal static partial class PosixFile
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicFacts = 0x7ff; // STATX_BASIC_STATS
    private const int KindBits = 0xF000; // S_IFMT
    private const int RegularBits = 0x8000; // S_IFREG
    private const int FolderBits = 0x4000; // S_IFDIR
    private const int LinkBits = 0xA000; // S_IFLNK
    private const int FullFlush = 51; // F_FULLFSYNC: on macOS fsync leaves the bytes in the drive
    private const int ExclusiveAtOnce = 2 | 4; // LOCK_EX | LOCK_NB
    private const int Interrupted = 4; // EINTR
    private const int NotPermitted = 1; // EPERM
    private const int NoEntry = 2; // ENOENT
    private const int NoReader = 6; // ENXIO: a socket
    private const int NoDevice = 19; // ENODEV
    private const int NoAccess = 13; // EACCES
    private const int NotAFolder = 20; // ENOTDIR
    private const int InvalidForThis = 22; // EINVAL: of fsync, a file that cannot be flushed and needs none

    private static readonly int ToRead = OperatingSystem.IsMacOS() ? 0x1000000 | 0x4 : 0x80000 | 0x800; // O_CLOEXEC | O_NONBLOCK
    private static readonly int ToReadAndWrite = OperatingSystem.IsMacOS() ? 0x1000000 | 0x2 : 0x80000 | 0x2; // O_CLOEXEC | O_RDWR
    private static readonly int NameTooLong = OperatingSystem.IsMacOS() ? 63 : 36; // ENAMETOOLONG
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11; // EWOULDBLOCK

    /// <summary>Opens a regular file, whoever has locked it.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.Unreadable"/>: it is none.</exception>
    public static SafeFileHandle OpenForReading(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        SafeFileHandle? file = null;
        try
        {
            file = Opened(path, ToRead);
            return Look(file).Kind == FileType.Regular ? file : throw NoRegularFile();
        }
        catch (Exception failure)
        {
            file?.Dispose();
            if (failure is IOException { HResult: NoReader or NoDevice })
                throw NoRegularFile();
            throw;
        }
    }

    /// <summary>Makes an empty file unless there is one, and opens it for writing, whoever has locked it.</summary>
    public static SafeFileHandle OpenOrCreate(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        while (true)
        {
            try
            {
                return Opened(path, ToReadAndWrite);
            }
            catch (FileNotFoundException)
            {
                try
                {
                    File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write).Dispose();
                }
                catch (IOException) when (File.Exists(path))
                {
                    // Another process made it.
                }
            }
        }
    }

    /// <summary>What a name stands for, where it is a link its target; null when there is nothing, or nothing that can be told.</summary>
    public static FileFacts? TryLook(string path, bool followLinks = true)
    {
        if (OperatingSystem.IsWindows())
            return WindowsFacts(path);
        if (OperatingSystem.IsMacOS())
            return (followLinks ? StatOnMacOS(path, out var stat) : LinkStatOnMacOS(path, out stat)) == 0 ? stat.Facts : null;
        return StatOnLinux(CurrentFolder, path, followLinks ? 0 : NoFollow, BasicFacts, out var facts) == 0 ? facts.Facts : null;
    }

    public static FileFacts Look(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            return new FileFacts(FileType.Regular, 0, 0, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks);
        if (OperatingSystem.IsMacOS())
            return DescriptorStatOnMacOS(file, out var stat) == 0 ? stat.Facts : throw Failure(Marshal.GetLastPInvokeError(), "an open file");
        return StatOnLinux(file, string.Empty, EmptyPath, BasicFacts, out var facts) == 0 ? facts.Facts : throw Failure(Marshal.GetLastPInvokeError(), "an open file");
    }

    /// <summary>Waits until the disk has what was written.</summary>
    /// <exception cref="IOException">It has not, and will not.</exception>
    public static void Flush(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while ((OperatingSystem.IsMacOS() && Control(file, FullFlush) == 0 ? 0 : Synchronise(file)) != 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    continue;
                case InvalidForThis:
                    return;
                case var error:
                    throw Failure(error, path);
            }
        }
    }

    /// <summary>Takes an open file for this handle alone, until it is closed: whether it was free.</summary>
    /// <exception cref="IOException">The file system has no such locks.</exception>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
            return true; // It could not have been opened otherwise.

        while (Lock(file, ExclusiveAtOnce) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
                return false;
            if (error != Interrupted)
                throw Failure(error, path);
        }

        return true;
    }

    private static SafeFileHandle Opened(string path, int flags)
    {
        int descriptor;
        while ((descriptor = Open(path, flags)) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                throw Failure(error, path);
        }

        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static StoreException NoRegularFile() => new(StoreFault.Unreadable, "it is a pipe, a socket, a device or a folder, not a file");

    private static Exception Failure(int error, string path)
    {
        var message = $"'{path}': {Marshal.GetPInvokeErrorMessage(error)}";
        return error switch
        {
            NoEntry => new FileNotFoundException(message, path),
            NotAFolder => new DirectoryNotFoundException(message),
            NoAccess or NotPermitted => new UnauthorizedAccessException(message),
            _ when error == NameTooLong => new PathTooLongException(message),
            _ => new IOException(message, error),
        };
    }

    /// <summary>The one name of what a path leads to, without links, <c>.</c> and <c>..</c>; null when there is nothing.</summary>
    public static string? RealPath(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.Exists(path) || Directory.Exists(path) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)) : null;

        var resolved = Resolve(path, IntPtr.Zero);
        try
        {
            return Marshal.PtrToStringUTF8(resolved);
        }
        finally
        {
            Free(resolved);
        }
    }

    private static FileFacts? WindowsFacts(string path) => new FileInfo(path) is { Exists: true } file
        ? new FileFacts(FileType.Regular, 0, 0, file.Length, file.LastWriteTimeUtc.Ticks)
        : Directory.Exists(path) ? new FileFacts(FileType.Folder, 0, 0, 0, 0) : null;

    private static FileType KindOf(int mode) => (mode & KindBits) switch
    {
        RegularBits => FileType.Regular,
        FolderBits => FileType.Folder,
        LinkBits => FileType.Link,
        _ => FileType.Other,
    };

    private static Int128 Ticks(long seconds, long nanoseconds)
        => (Int128)seconds * TimeSpan.TicksPerSecond + nanoseconds / TimeSpan.NanosecondsPerTick + DateTime.UnixEpoch.Ticks;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronise(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial IntPtr Resolve(string path, IntPtr room);

    [LibraryImport("libc", EntryPoint = "free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Free(IntPtr memory);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatOnLinux(int folder, string path, int flags, uint mask, out LinuxStat facts);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatOnLinux(SafeFileHandle file, string path, int flags, uint mask, out LinuxStat facts);

    private static int StatOnMacOS(string path, out MacOSStat facts)
        => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatOnIntel(path, out facts) : StatOnArm(path, out facts);

    private static int LinkStatOnMacOS(string path, out MacOSStat facts)
        => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? LinkStatOnIntel(path, out facts) : LinkStatOnArm(path, out facts);

    private static int DescriptorStatOnMacOS(SafeFileHandle file, out MacOSStat facts)
        => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? DescriptorStatOnIntel(file, out facts) : DescriptorStatOnArm(file, out facts);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatOnArm(string path, out MacOSStat facts);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatOnIntel(string path, out MacOSStat facts);

    [LibraryImport("libc", EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkStatOnArm(string path, out MacOSStat facts);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkStatOnIntel(string path, out MacOSStat facts);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DescriptorStatOnArm(SafeFileHandle file, out MacOSStat facts);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DescriptorStatOnIntel(SafeFileHandle file, out MacOSStat facts);

    /// <summary>struct statx, the same on every processor (<see href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</see>).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct LinuxStat
    {
        [FieldOffset(28)]
        private readonly ushort _mode;

        [FieldOffset(32)]
        private readonly ulong _inode;

        [FieldOffset(40)]
        private readonly long _size;

        [FieldOffset(112)]
        private readonly long _seconds;

        [FieldOffset(120)]
        private readonly uint _nanoseconds;

        [FieldOffset(136)]
        private readonly uint _deviceMajor;

        [FieldOffset(140)]
        private readonly uint _deviceMinor;

        public FileFacts Facts => new(
            KindOf(_mode), ((ulong)_deviceMajor << 32) | _deviceMinor, _inode, _size, Ticks(_seconds, _nanoseconds));
    }

    /// <summary>struct stat of macOS with inodes of 64 bits (sys/stat.h).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private readonly struct MacOSStat
    {
        [FieldOffset(0)]
        private readonly int _device;

        [FieldOffset(4)]
        private readonly ushort _mode;

        [FieldOffset(8)]
        private readonly ulong _inode;

        [FieldOffset(48)]
        private readonly long _seconds;

        [FieldOffset(56)]
        private readonly long _nanoseconds;

        [FieldOffset(96)]
        private readonly long _size;

        public FileFacts Facts => new(KindOf(_mode), (uint)_device, _inode, _size, Ticks(_seconds, _nanoseconds));
    }
}
