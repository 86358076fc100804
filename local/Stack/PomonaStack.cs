using System.Globalization;
using Pomona.Local.Account;
using Pomona.Local.Front;

namespace Pomona.Local.Stack;

/// <summary>The pipeline's own stack in the local account: <c>serverless.template</c>, with what its clusters install.</summary>
internal sealed class PomonaStack(SamTranslator translator, StackCreation creation, CompanyBucket company, LocalArtifacts artifacts, LocalSettings settings)
{
    public const string Name = "pomona";

    /// <summary>Where mails "go".</summary>
    public const string MailAddress = "you@example.com";

    /// <summary>Adds the stack, with every type of resource that the local cloud can create.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<LocalModel>().AddSingleton<LocalArtifacts>().AddSingleton<CompanyBucket>().AddSingleton<PomonaStack>();
        services.AddSingleton<SamTranslator>().AddSingleton<StackApi>().AddSingleton<CreatedStacks>().AddSingleton<StackCreation>().AddSingleton<IAwsService, CloudFormationService>();
        foreach (var type in typeof(IResourceType).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IResourceType))))
            services.AddSingleton(typeof(IResourceType), type);
    }

    /// <summary>Creates the stack and uploads the artefacts.</summary>
    /// <exception cref="LocalCloudException">The template holds something that the local cloud does not know.</exception>
    public async Task<CreatedStack> CreateAsync(Action<string> progress, CancellationToken cancellation)
    {
        var template = await translator.TranslateAsync(Path.Combine(settings.Root, "serverless.template"), cancellation);
        if (settings.StackParameters.GetValueOrDefault("ExistingBucket") is { Length: > 0 } existing)
            await company.MakeAsync(existing, cancellation);
        var stack = await creation.CreateAsync(template, Name, Parameters(template), progress, cancellation);
        await artifacts.UploadAsync(stack.Outputs["BucketName"], cancellation);
        return stack;
    }

    private Dictionary<string, string> Parameters(Template template)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MailAddress"] = MailAddress,
            ["Subnets"] = "subnet-0123456789abcdef0",
        };
        foreach (var (name, value) in settings.StackParameters)
            parameters[name] = value;
        // A quiet period passes on the scaled time; half a minute of it is the least that the template takes.
        if (!parameters.ContainsKey("QuietSeconds") && template.Parameters.ContainsKey("QuietSeconds"))
            parameters["QuietSeconds"] = (60).ToString(CultureInfo.InvariantCulture);
        return parameters;
    }
}
