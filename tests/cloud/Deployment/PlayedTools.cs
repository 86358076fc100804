using System.Diagnostics;
using Pomona.Cloud.Account;

namespace Pomona.Cloud.Tests.Deployment;

/// <summary>
/// A repository with an account, played: scripts stand for <c>aws</c>, <c>sam</c> and the repository's own programs, and record in one
/// file what they were asked, in order. What <c>aws</c> was asked is held against the AWS command line (<see cref="KnownAwsCalls"/>);
/// <c>sam</c> refuses an option that it does not document, as SAM does.
/// </summary>
internal sealed class PlayedTools : IDisposable
{
    /// <summary>
    /// The options of the SAM command line 1.170.0 as its reference and its sources list them; "+" takes several values, "=" one.
    /// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html,
    /// sam-cli-command-reference-sam-build.html, and samcli/commands/{build,deploy}/core/options.py of https://github.com/aws/aws-sam-cli
    /// at 0d66b6b.
    /// </summary>
    private static readonly Dictionary<string, string> SamOptions = new()
    {
        ["build"] = """
            --template-file= --template= --parameter-overrides+ --region= --profile= --parallel --exclude= --manifest= --cached --no-cached
            --build-in-source --no-build-in-source --use-container --container-env-var= --container-env-var-file= --build-image=
            --mount-with= --skip-pull-image --docker-network= --build-dir= --cache-dir= --base-dir= --config-env= --config-file=
            --save-params --hook-name= --skip-prepare-infra --terraform-project-root-path= --debug --help
            """,
        ["deploy"] = """
            --stack-name= --capabilities+ --resolve-s3 --no-resolve-s3 --guided --region= --profile= --parameter-overrides+ --s3-bucket=
            --s3-prefix= --resolve-image-repos --image-repository= --image-repositories= --role-arn= --kms-key-id= --notification-arns+
            --tags+ --metadata+ --no-execute-changeset --fail-on-empty-changeset --no-fail-on-empty-changeset --confirm-changeset
            --no-confirm-changeset --disable-rollback --no-disable-rollback --import-existing-resources --on-failure= --force-upload
            --no-force-upload --max-wait-duration= --config-env= --config-file= --save-params --no-progressbar --signing-profiles+
            --template-file= --use-json --debug --help
            """,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-tools-").FullName;

    public PlayedTools(bool withSam = true)
    {
        Directory.CreateDirectory(Bin);
        Script("root/pomona", "echo \"bundled $*\"; mkdir -p dist/artifacts && echo zip > dist/functions.zip && echo larger > dist/shards.zip && echo 0123 > dist/artifacts/current");
        Script("root/bootstrap/deploy-check.sh", "echo 'ok     account 123456789012, region eu-west-3'");
        Directory.CreateDirectory(Path.Combine(Root, "statemachine"));
        foreach (var file in new[] { "serverless.template", "statemachine/pipeline.asl.json", "statemachine/costs.asl.json" })
            File.Copy(RepositoryRoot.File(file), Path.Combine(Root, file));
        if (withSam)
            Script("bin/sam", Sam());
    }

    public string Root => Path.Combine(_folder, "root");

    private string Bin => Path.Combine(_folder, "bin");

    /// <summary>What was asked of all of them, in order: the program's name and its words.</summary>
    public IReadOnlyList<string> Asked => File.Exists(Path.Combine(_folder, "calls")) ? File.ReadAllLines(Path.Combine(_folder, "calls")) : [];

    public IReadOnlyList<string[]> AwsCalls => KnownAwsCalls.Of(_folder);

    /// <summary>Makes a program of the account's or the repository's.</summary>
    /// <param name="path">Its path: <c>bin/aws</c>, <c>root/bootstrap/deploy-check.sh</c>.</param>
    /// <param name="script">What it does, in bash; <c>$state</c> is a folder that lasts over its calls.</param>
    public void Script(string path, string script)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"""
            #!/usr/bin/env bash
            printf -v said '%s ' "{Path.GetFileName(path)}" "$@"
            printf '%s\n' "$said" >> '{_folder}/calls'
            state='{_folder}'
            {(path == "bin/aws" ? KnownAwsCalls.Recording(_folder) : string.Empty)}
            {script}
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The <c>aws</c> that answers each service and operation with a script; what is not named answers nothing.</summary>
    public void Aws(params (string Asked, string Script)[] answers) => Script(
        "bin/aws",
        $"""
        case "$1 $2" in
        {string.Join('\n', answers.Select(static answer => $"'{answer.Asked}') {answer.Script} ;;"))}
        esac
        """);

    public AwsProgram AsProgram() => new(Path.Combine(Bin, "aws"), "region eu-west-3", new Dictionary<string, string?>());

    /// <summary>Runs <c>./pomona cloud</c> as a person types it there.</summary>
    public Tool Type(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(AwsProgram).Assembly.Location, "cloud", .. words])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["PATH"] = $"{Bin}:{WithoutTools(Environment.GetEnvironmentVariable("PATH")!)}";
        start.Environment["POMONA_ROOT"] = Root;
        start.Environment["AWS_REGION"] = "eu-west-3";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return new Tool(process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A sam of this machine's is not the played one's.
    private static string WithoutTools(string path) => string.Join(':', path.Split(':').Where(static folder => !File.Exists(Path.Combine(folder, "sam"))));

    private static string Sam() => $$"""
        case "$1" in
            {{string.Join("\n    ", SamOptions.Select(static command => $"{command.Key}) known=\" {string.Join(' ', command.Value.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))} \" ;;"))}}
            *) echo "Error: No such command '$1'." >&2; exit 2 ;;
        esac
        shift
        takes=none
        for word in "$@"; do
            case "$word" in
                --*)
                    [ "$takes" != one ] || { echo "Error: Option '$option' requires an argument." >&2; exit 2; }
                    option="$word"
                    case "$known" in
                        *" $word "*) takes=none ;;
                        *" $word= "*) takes=one ;;
                        *" $word+ "*) takes=some ;;
                        *) echo "Error: No such option: $word" >&2; exit 2 ;;
                    esac ;;
                *)
                    [ "$takes" != none ] || { echo "Error: Got unexpected extra argument ($word)" >&2; exit 2; }
                    [ "$takes" = some ] || takes=none ;;
            esac
        done
        """;
}
