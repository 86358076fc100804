namespace Pomona.Setup.Tests;

/// <summary>The commands that every Unix has, macOS too: neither flock nor sha256sum nor a package's.</summary>
internal static class UnixTools
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "awk", "basename", "bash", "cat", "chmod", "cksum", "cmp", "cp", "curl", "cut", "dirname", "env", "find", "grep", "gzip", "head", "ln", "ls",
        "mkdir", "mktemp", "mv", "openssl", "ps", "readlink", "rm", "sed", "shasum", "sleep", "sort", "stat", "tail", "tar", "touch", "tr", "true", "uname", "wc",
    ];
}
