using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace Pomona.Local.Tests.Front;

/// <summary>What a web page in a browser, and another user of this machine, find of a local cloud that is up.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ListeningSocketTests(StartedCloud started) : IClassFixture<StartedCloud>
{
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    // A user with no rights, and the files that are open to all.
    private const string Nobody = "65534";

    /// <summary>A state machine's creation, which may run anything as the user; a browser sends the first without asking.</summary>
    public static TheoryData<string, string> Attacks => new()
    {
        { "POST", "Host: rebound.example" },
        { "POST", "Host: localhost; Origin: https://elsewhere.example" },
        { "POST", "Host: localhost; Origin: null" },
        { "POST", "Host: localhost; Sec-Fetch-Site: cross-site; Sec-Fetch-Mode: no-cors" },
        { "OPTIONS", "Host: localhost; Origin: https://elsewhere.example; Access-Control-Request-Method: POST; Access-Control-Request-Headers: x-amz-target" },
        { "OPTIONS", "Host: rebound.example; Origin: http://rebound.example; Access-Control-Request-Method: PUT" },
    };

    [Fact]
    public async Task Nothing_listens_on_the_network_but_the_front_on_the_loopback()
    {
        Assert.True((await started.ProcessesAsync()).Count >= 4, "the front, moto, a function and a step run");
        Assert.Subset(
            new HashSet<IPEndPoint> { new(IPAddress.Loopback, started.Port), new(IPAddress.IPv6Loopback, started.Port) },
            (await ListeningAsync()).ToHashSet());
        Assert.NotEmpty(await ListeningAsync());
    }

    [Fact]
    public async Task Socket_files_are_their_owners()
    {
        var inodes = await InodesAsync();
        var files = File.ReadLines("/proc/net/unix").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == "00010000" && inodes.Contains(fields[6])).Select(fields => fields[^1]).ToArray();

        Assert.Contains(files, file => file.StartsWith(started.State, StringComparison.Ordinal));
        Assert.All(files, file => Assert.True(
            Path.IsPathRooted(file) && (IsPrivate(file) || IsPrivate(Path.GetDirectoryName(file)!)), $"{file} is open to others"));
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Whatever_listens_refuses_foreign_pages(string method, string headers)
    {
        foreach (var socket in await ListeningAsync())
        {
            using var caller = new TcpClient(socket.AddressFamily);
            await caller.ConnectAsync(socket);
            await using var stream = caller.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Request(method, headers)));
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync();

            Assert.StartsWith("HTTP/1.1 403 ", answer);
            Assert.DoesNotContain("Access-Control-Allow", answer, StringComparison.OrdinalIgnoreCase);
        }
    }

    [OtherUserFact]
    public async Task Another_user_of_the_machine_is_refused_and_the_key_lets_him_in()
    {
        foreach (var socket in await ListeningAsync())
        {
            Assert.StartsWith("HTTP/1.1 403 ", AsNobody(socket, Request("POST", "Host: localhost")));
            Assert.StartsWith("HTTP/1.1 403 ", AsNobody(socket, Request("GET", "Host: localhost; Accept: text/html")));
            Assert.StartsWith("HTTP/1.1 403 ", AsNobody(socket, Request("GET", "Host: localhost; X-Pomona-Key: guessed")));
            Assert.StartsWith("HTTP/1.1 200 ", AsNobody(socket, Request("GET", $"Host: localhost; Accept: text/html; X-Pomona-Key: {Key()}")));
        }
    }

    [OtherUserFact]
    public void Another_user_reads_nothing_of_what_the_account_keeps()
    {
        Assert.StartsWith("no", RunAsNobody($"cat {started.State}/front.json {started.State}/logs/moto.log && echo read || echo no"));
    }

    [Fact]
    public void What_the_account_keeps_is_its_owners()
    {
        // A node's own disk is as its programs make it; the folder that holds it lets nobody else in.
        var kept = Directory.GetFileSystemEntries(started.State, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Where(entry => !Path.GetRelativePath(started.State, entry).StartsWith("clusters/", StringComparison.Ordinal) || Directory.GetParent(entry)!.Name == "clusters")
            .Append(started.State).ToArray();

        Assert.Contains(kept, entry => entry.EndsWith("/front.json", StringComparison.Ordinal));
        Assert.Contains(kept, entry => entry.EndsWith("/logs/moto.log", StringComparison.Ordinal));
        Assert.Contains(kept, entry => entry.EndsWith("/logs/pomona-ReapClusters.log", StringComparison.Ordinal));
        Assert.All(kept, entry => Assert.True(IsPrivate(entry), $"{entry} is {File.GetUnixFileMode(entry)}"));
    }

    [Fact]
    public void What_a_step_writes_into_caches_is_as_the_person_has_it()
    {
        var file = Directory.GetFiles(Path.Combine(started.State, "clusters"), "umask", SearchOption.AllDirectories).Single();
        var own = Tool.Run("bash", ["-c", "umask"]).Output;

        Assert.Equal(own, File.ReadAllText(file));
    }

    private static bool IsPrivate(string path) => (File.GetUnixFileMode(path) & (
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) == 0;

    private static string Request(string method, string headers)
    {
        const string Machine = """{"name":"foreign","definition":"{}","roleArn":"arn:aws:iam::123456789012:role/any"}""";
        var body = method == "POST" ? Machine : string.Empty;
        return $"{method} / HTTP/1.1\r\n{headers.Replace("; ", "\r\n", StringComparison.Ordinal)}\r\nConnection: close\r\n"
            + (method == "POST" ? $"X-Amz-Target: AWSStepFunctions.CreateStateMachine\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n" : "")
            + $"\r\n{body}";
    }

    private string Key() => (string)System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(started.State, "front.json")))!["key"]!;

    private static string AsNobody(IPEndPoint socket, string request) => RunAsNobody(
        $"exec 3<>/dev/tcp/{socket.Address}/{socket.Port} && printf %s \"$0\" >&3 && cat <&3", request);

    private static string RunAsNobody(string script, params string[] arguments) =>
        Tool.Run("setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "bash", "-c", script, .. arguments]).Output;

    private async Task<HashSet<string>> InodesAsync()
    {
        var inodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in await started.ProcessesAsync())
        {
            try
            {
                foreach (var link in new DirectoryInfo($"/proc/{process}/fd").GetFiles())
                {
                    if (link.LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                        inodes.Add(target["socket:[".Length..^1]);
                }
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return inodes;
    }

    private async Task<IReadOnlyList<IPEndPoint>> ListeningAsync()
    {
        const string Listens = "0A";
        var inodes = await InodesAsync();
        return [.. Tables.Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Listens && inodes.Contains(fields[9]))
            .Select(fields => EndPoint(fields[1]))];
    }

    private static IPEndPoint EndPoint(string written)
    {
        var (address, port) = (written.Split(':')[0], written.Split(':')[1]);
        var words = Enumerable.Range(0, address.Length / 8).SelectMany(i => BitConverter.GetBytes(uint.Parse(address.AsSpan(i * 8, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        return new IPEndPoint(new IPAddress([.. words]), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>A test that acts as another user; skipped, with the reason, where this one may not.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class OtherUserFactAttribute : FactAttribute
    {
        public OtherUserFactAttribute() => Skip = Environment.IsPrivilegedProcess && OperatingSystem.IsLinux()
            ? null
            : "acts as another user, which only root may, on Linux.";
    }
}
