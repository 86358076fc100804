using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pomona.Local.Account;

namespace Pomona.Local.Front;

/// <summary>Addresses of the local cloud's own, which no AWS call has.</summary>
internal interface IFrontRoutes
{
    void Map(IEndpointRouteBuilder routes);
}

/// <summary>The web server that the front is: where it listens, whom it lets in, and who answers.</summary>
internal static class FrontHost
{
    public static WebApplicationBuilder Create(LocalSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var callers = new CallerCheck(settings);
        builder.Logging.ClearProviders().AddSimpleConsole(options => options.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(settings.Front.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => callers.NoteAsync(connection, next));
            });
            // Each operation says how much more it takes; whoever dawdles is dropped, as Kestrel does by itself.
            kestrel.Limits.MaxRequestBodySize = 64 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.AddServerHeader = false;
        });
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        builder.Services.AddSingleton(callers).AddSingleton<BrowserRefusal>();
        builder.Services.AddSingleton<AwsCallReader>().AddSingleton<Forwarder>().AddSingleton<FrontDoor>();
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var front = builder.Build();
        var callers = front.Services.GetRequiredService<CallerCheck>();
        front.Use(front.Services.GetRequiredService<BrowserRefusal>().CheckAsync);
        front.Use(callers.CheckAsync);
        callers.Map(front);
        foreach (var routes in front.Services.GetServices<IFrontRoutes>())
            routes.Map(front);
        front.MapFallback("{**path}", front.Services.GetRequiredService<FrontDoor>().AnswerAsync);
        return front;
    }
}
