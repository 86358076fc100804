using System.Net;
using System.Text.Json.Nodes;

namespace Pomona.Setup.Tests;

/// <summary>A NuGet feed of protocol 3 over a folder of packages, which also knows advisories.</summary>
internal sealed class PackageServer(string folder) : LoopbackServer
{
    private readonly JsonObject _advisories = [];

    public string Address => Root + "index.json";

    /// <summary>Makes an advisory of high severity known.</summary>
    /// <param name="package">Whose.</param>
    /// <param name="versions">Of which versions.</param>
    public void Warn(string package, string versions) => _advisories[package.ToLowerInvariant()] = new JsonArray(
        new JsonObject { ["url"] = "https://advisories.example/1", ["severity"] = 2, ["versions"] = versions });

    protected override void Answer(HttpListenerRequest request, HttpListenerResponse response)
    {
        switch (request.Url!.AbsolutePath.Trim('/').Split('/'))
        {
            case ["index.json"]:
                Send(new JsonObject
                {
                    ["version"] = "3.0.0",
                    ["resources"] = new JsonArray(
                        new JsonObject { ["@id"] = Root + "flat/", ["@type"] = "PackageBaseAddress/3.0.0" },
                        new JsonObject { ["@id"] = Root + "advisories.json", ["@type"] = "VulnerabilityInfo/6.7.0" }),
                });
                break;
            case ["advisories.json"]:
                Send(new JsonArray(new JsonObject { ["@name"] = "base", ["@id"] = Root + "advisories/base.json", ["@updated"] = "2026-01-01T00:00:00Z" }));
                break;
            case ["advisories", "base.json"]:
                Send(_advisories.DeepClone());
                break;
            case ["flat", var package, "index.json"] when Versions(package) is { Count: > 0 } versions:
                Send(new JsonObject { ["versions"] = versions });
                break;
            case ["flat", var package, var version, _] when Find(package, version) is { } file:
                response.OutputStream.Write(File.ReadAllBytes(file));
                break;
            default:
                response.StatusCode = 404;
                break;
        }

        void Send(JsonNode answer)
        {
            response.ContentType = "application/json";
            response.OutputStream.Write(System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString()));
        }
    }

    private JsonArray Versions(string package) => [.. Directory.EnumerateFiles(folder)
        .Select(file => Path.GetFileNameWithoutExtension(file).ToLowerInvariant())
        .Where(name => name.StartsWith(package + ".", StringComparison.Ordinal) && char.IsAsciiDigit(name[package.Length + 1]))
        .Select(name => (JsonNode)name[(package.Length + 1)..])];

    private string? Find(string package, string version)
        => Directory.EnumerateFiles(folder).FirstOrDefault(file => Path.GetFileName(file).Equals($"{package}.{version}.nupkg", StringComparison.OrdinalIgnoreCase));
}
