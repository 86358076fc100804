using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Mails;

namespace Pomona.Functions;

/// <summary>Writes the mails that the workflow sends.</summary>
public sealed class ComposeMail
{
    private readonly RunMailComposer _mails;

    /// <summary>As Lambda makes it.</summary>
    public ComposeMail()
        : this(Composition.FromEnvironment.RunMails())
    {
    }

    internal ComposeMail(RunMailComposer mails) => _mails = mails;

    /// <summary>Handles a call of the workflow.</summary>
    public Task<Mail> HandleAsync(ComposeMailRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        context.Logger.LogInformation(
            "Mail {mail} about run {run} of data set {dataset}",
            request.Mail.ToString(), request.Open?.Run?.Value, request.Open?.Dataset?.Value);
        return Task.FromResult(_mails.Compose(request));
    }
}
