using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// The AWS endpoint that the interpreter's states call: EMR, Lambda, SNS and Cost Explorer, each in its wire form.
/// </summary>
internal sealed class Front : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;

    public Front()
    {
        Port = MotoServer.FreePort();
        _listener.Prefixes.Add($"http://localhost:{Port}/");
        _listener.Start();
        _loop = Task.Run(ListenAsync);
    }

    public int Port { get; }

    public SimulatedEmr Emr { get; set; } = new();

    public SimulatedFunctions Functions { get; set; } = new();

    public ConcurrentQueue<Mail> Mails { get; set; } = new();

    public ConcurrentQueue<JsonObject> CostQuestions { get; } = new();

    /// <summary>Called before each mail; throws what SNS is to refuse it with.</summary>
    public Action? BeforeMail { get; set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
        _listener.Close();
    }

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var target = context.Request.Headers["X-Amz-Target"] ?? string.Empty;
        var path = context.Request.Url!.AbsolutePath;
        context.Response.Headers["x-amzn-RequestId"] = "00000000-0000-0000-0000-000000000000";
        string answer;
        try
        {
            answer = target.Split('.') switch
            {
                ["ElasticMapReduce", var operation] => Emr.Answer(operation, Parse(body)).ToJsonString(),
                ["AWSInsightsIndexService", "GetCostAndUsage"] => AnswerCosts(Parse(body)),
                _ when path.StartsWith("/2015-03-31/functions/", StringComparison.Ordinal) => Invoke(context, path, body),
                _ when body.Contains("Action=Publish", StringComparison.Ordinal) => Publish(body),
                _ => throw new Refusal(501, "NotImplemented", $"{context.Request.HttpMethod} {path} {target}"),
            };
        }
        catch (Refusal refusal)
        {
            context.Response.StatusCode = refusal.Status;
            answer = body.Contains("Action=", StringComparison.Ordinal)
                ? $"<ErrorResponse><Error><Type>Sender</Type><Code>{refusal.Code}</Code><Message>{refusal.Message}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
                : new JsonObject { ["__type"] = refusal.Code, ["message"] = refusal.Message }.ToJsonString();
        }

        try
        {
            context.Response.ContentType = answer.StartsWith('<') ? "text/xml" : "application/x-amz-json-1.1";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The caller did not wait for its answer: that is one of the faults under test.
        }
    }

    private string Invoke(HttpListenerContext context, string path, string body)
    {
        var function = Uri.UnescapeDataString(path.Split('/')[3]).Split(':')[^1];
        try
        {
            return Functions.Answer(function, Parse(body)).ToJsonString();
        }
        catch (FunctionError error)
        {
            context.Response.Headers["X-Amz-Function-Error"] = "Unhandled";
            return new JsonObject { ["errorType"] = error.Type, ["errorMessage"] = error.Message }.ToJsonString();
        }
    }

    private string Publish(string body)
    {
        BeforeMail?.Invoke();
        var form = HttpUtility.ParseQueryString(body);
        Mails.Enqueue(new Mail(form["TopicArn"]!, form["Subject"]!, form["Message"]!));
        return "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></PublishResponse>";
    }

    private string AnswerCosts(JsonObject question)
    {
        CostQuestions.Enqueue(question);
        return new JsonObject
        {
            ["ResultsByTime"] = new JsonArray(new JsonObject
            {
                ["TimePeriod"] = question["TimePeriod"]!.DeepClone(),
                ["Groups"] = new JsonArray(new JsonObject
                {
                    ["Keys"] = new JsonArray("Amazon Elastic MapReduce"),
                    ["Metrics"] = new JsonObject { ["UnblendedCost"] = new JsonObject { ["Amount"] = "1.25", ["Unit"] = "USD" } },
                }),
                ["Estimated"] = false,
            }),
        }.ToJsonString();
    }

    private static JsonObject Parse(string body) => JsonNode.Parse(body.Length == 0 ? "{}" : body)!.AsObject();
}
