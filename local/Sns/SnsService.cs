using Pomona.Local.Aws;
using Pomona.Local.Front;

namespace Pomona.Local.Sns;

/// <summary>
/// SNS's API is moto's, which checks and stores; what moto does not deliver, to mail addresses and functions, is delivered
/// here once moto has accepted the message.
/// </summary>
internal sealed class SnsService(ServiceModels models, TopicDelivery delivery, Forwarder forwarder) : IAwsService
{
    public static void AddTo(IServiceCollection services) =>
        services.AddSingleton<Mailbox>().AddSingleton<TopicDelivery>().AddSingleton<IAwsService, SnsService>();

    public string Name => "sns";

    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        switch (call.Operation)
        {
            case "PublishBatch":
                throw new AwsFailure(400, "InvalidParameter", "The local cloud delivers messages one by one: use Publish.");
            case "Publish":
                RefuseBadSubject(call);
                await forwarder.ForwardAsync(call.Http, async (answer, down) =>
                {
                    if (answer.Status != StatusCodes.Status200OK)
                        return;
                    var published = XmlDecoding.Result(models["sns"].Output("Publish"), answer.Body);
                    await delivery.DeliverAsync(TopicMessage.Of(call.Form(), (string)published["MessageId"]!), down);
                });
                break;
            default:
                await forwarder.ForwardAsync(call.Http);
                break;
        }
    }

    // AWS refuses what a mail's subject cannot hold; moto does not.
    private static void RefuseBadSubject(AwsCall call)
    {
        if (call.Form().TryGetValue("Subject", out var subject)
            && (subject.Length is 0 or > 100 || subject.Any(letter => letter is < ' ' or > '~')))
            throw new AwsFailure(400, "InvalidParameter", "Invalid parameter: Subject: at most 100 ASCII characters without line breaks");
    }
}
