using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Lambda;

namespace Pomona.Local.Stack.Resources;

/// <summary>
/// AWS::Lambda::Function: hosted from the folder that its code is built into, and known to moto, so that other services
/// and tools find it.
/// </summary>
internal sealed class FunctionType(StackApi api, FunctionRegistry functions, LocalSettings settings) : IResourceType
{
    private const long LargestPackage = 262_144_000;

    public string Name => "AWS::Lambda::Function";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        properties.Skip("logs go to files", "LoggingConfig");
        // The host's own processor runs the code.
        var architecture = properties.Take("Architectures") is JsonArray and [var named] ? (string)named! : "x86_64";
        var name = properties.Text("FunctionName") ?? logicalId;
        var code = properties.Inner("Code");
        code.Skip("see translate.py: the bucket only carries the folder through SAM", "S3Bucket");
        var project = code.Required("S3Key");
        code.End();
        var variables = properties.Inner("Environment");
        var environment = variables.Take("Variables") as JsonObject ?? [];
        variables.End();
        var deadLetters = properties.Inner("DeadLetterConfig");
        var deadLetterArn = deadLetters.Text("TargetArn");
        deadLetters.End();
        var tags = properties.Take("Tags") as JsonArray ?? [];
        var request = properties.Request("Description", "Handler", "MemorySize", "Role", "Runtime", "Timeout");
        var folder = BuildFolder(settings.Root, project, (string)request["Handler"]!);
        RefuseTooLarge(folder, architecture);
        request["FunctionName"] = name;
        request["Environment"] = new JsonObject { ["Variables"] = environment.DeepClone() };
        request["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(EmptyZip()) };
        request["Tags"] = new JsonObject(tags.Select(
            tag => KeyValuePair.Create((string)tag!["Key"]!, (JsonNode?)tag["Value"]!.ToString())));

        var arn = $"arn:aws:lambda:{LocalSettings.Region}:{LocalSettings.Account}:function:{name}";
        functions.Add(new FunctionDefinition(
            name, arn, (string)request["Handler"]!, folder,
            Whole(request["MemorySize"], 128),
            TimeSpan.FromSeconds(Math.Min(Whole(request["Timeout"], 3), settings.LongestInvocation.TotalSeconds)),
            environment.ToDictionary(variable => variable.Key, variable => variable.Value!.ToString(), StringComparer.Ordinal),
            deadLetterArn));
        // Past the front, which would refuse it: there functions come from the template alone.
        await api.CallMotoAsync("lambda", "CreateFunction", request, cancellation);
        return CreatedResource.WithArn(name, arn);
    }

    private static int Whole(JsonNode? value, int otherwise) =>
        value is null ? otherwise : int.Parse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What <c>sam build</c> would package is what <c>dotnet build</c> has made.</summary>
    /// <exception cref="LocalCloudException">The handler's assembly is not there: a build that broke off leaves its folder.</exception>
    internal static string BuildFolder(string root, string project, string handler)
    {
        var assembly = Path.GetFullPath(Path.Combine(root, project, "bin", "Release", "net10.0", handler.Split("::")[0] + ".dll"));
        return File.Exists(assembly)
            ? Path.GetDirectoryName(assembly)! + Path.DirectorySeparatorChar
            : throw new LocalCloudException($"{assembly} does not exist: build {project} first (dotnet build {project} -c Release).");
    }

    /// <summary>
    /// What of the folder a package holds, which Lambda takes up to 250 MB of: all but the natives of other systems.
    /// </summary>
    /// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html</remarks>
    internal static long PackageBytes(string folder, string architecture)
    {
        var natives = Path.Combine(folder, "runtimes") + Path.DirectorySeparatorChar;
        string[] own = [natives + "linux" + Path.DirectorySeparatorChar, natives + (architecture == "arm64" ? "linux-arm64" : "linux-x64") + Path.DirectorySeparatorChar];
        return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => !file.FullName.StartsWith(natives, StringComparison.Ordinal) || own.Any(start => file.FullName.StartsWith(start, StringComparison.Ordinal)))
            .Sum(static file => file.Length);
    }

    private static void RefuseTooLarge(string folder, string architecture)
    {
        if (PackageBytes(folder, architecture) is var bytes and > LargestPackage)
            throw new LocalCloudException($"{folder} would be a package of {bytes:N0} bytes, and Lambda takes one whose unzipped size is at most {LargestPackage} bytes.");
    }

    private static byte[] EmptyZip()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("code-is-hosted-by-the-local-cloud");
        return zip.ToArray();
    }
}

/// <summary>AWS::Lambda::EventInvokeConfig: how often asynchronous events are tried, and who is told of failures.</summary>
internal sealed class EventInvokeConfigType(FunctionRegistry functions) : IResourceType
{
    public string Name => "AWS::Lambda::EventInvokeConfig";

    public Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var name = properties.Required("FunctionName");
        if (!functions.TryGet(name, out var pool))
            throw new LocalCloudException($"{properties.Path}: there is no function '{name}'.");
        if (properties.Required("Qualifier") != "$LATEST")
            throw new LocalCloudException($"{properties.Path}: the local cloud hosts $LATEST only.");

        var destinations = properties.Inner("DestinationConfig");
        var failure = destinations.Inner("OnFailure");
        pool.Definition = pool.Definition with
        {
            FailureDestinationArn = failure.Text("Destination"),
            Retries = properties.Number("MaximumRetryAttempts", 2),
            MaximumEventAge = properties.Text("MaximumEventAgeInSeconds") is { } age
                ? TimeSpan.FromSeconds(int.Parse(age, CultureInfo.InvariantCulture))
                : null,
        };
        failure.End();
        destinations.End();
        return Task.FromResult(CreatedResource.Plain(logicalId));
    }
}

internal sealed class PermissionType(StackApi api) : IResourceType
{
    public string Name => "AWS::Lambda::Permission";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var request = properties.Request("FunctionName", "Action", "Principal", "SourceAccount", "SourceArn");
        request["StatementId"] = logicalId;
        await api.CallAsync("lambda", "AddPermission", request, cancellation);
        return CreatedResource.Plain(logicalId);
    }
}
