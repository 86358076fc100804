using System.Net;
using Pomona.Contracts;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models.Catalog;

/// <summary>Downloads a <see cref="ZooModel"/>; what is not the pinned file is thrown away.</summary>
/// <param name="handler">Sends the requests and is not disposed; null for the network.</param>
/// <param name="time">Measures the patience: a network that drops packets must not hold up a run that has another model.</param>
internal sealed class ModelDownload(HttpMessageHandler? handler, TimeProvider time)
{
    private static readonly TimeSpan PatienceForConnection = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan PatienceForAnswer = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan PatienceForFile = TimeSpan.FromMinutes(3);

    /// <summary>The file's bytes.</summary>
    /// <exception cref="ModelException">No address serves the pinned file; the message is a clause for each.</exception>
    public async Task<byte[]> FetchAsync(ZooModel model, CancellationToken cancellation)
    {
        using var client = CreateClient();
        var reasons = new List<string>();
        foreach (var address in model.Addresses)
        {
            try
            {
                return await FetchAsync(client, model, address, cancellation);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ModelException)
            {
                reasons.Add($"{address.Host}: {Printable.Excerpt(e.Message, 120)}");
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                reasons.Add($"{address.Host}: no answer in time");
            }
        }

        throw new ModelException(string.Join("; ", reasons));
    }

    /// <summary>Some address answers that it has the file.</summary>
    public async Task<bool> IsReachableAsync(ZooModel model, CancellationToken cancellation)
    {
        using var client = CreateClient();
        foreach (var address in model.Addresses)
        {
            try
            {
                using var response = await SendAsync(client, HttpMethod.Head, address, cancellation);
                if (response.IsSuccessStatusCode)
                    return true;
            }
            catch (HttpRequestException)
            {
                // The next address may answer.
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Nor does one that is silent decide.
            }
        }

        return false;
    }

    private HttpMessageInvoker CreateClient() => handler is null
        ? new HttpMessageInvoker(new SocketsHttpHandler { ConnectTimeout = PatienceForConnection }, disposeHandler: true)
        : new HttpMessageInvoker(handler, disposeHandler: false);

    private async Task<byte[]> FetchAsync(
        HttpMessageInvoker client, ZooModel model, Uri address, CancellationToken cancellation)
    {
        using var response = await SendAsync(client, HttpMethod.Get, address, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new ModelException($"HTTP {(int)response.StatusCode}");

        using var patience = new CancellationTokenSource(PatienceForFile, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        await using var content = await response.Content.ReadAsStreamAsync(either.Token);
        var bytes = new byte[model.Size];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
        var isLonger = await content.ReadAsync(new byte[1], either.Token) > 0;
        return length == bytes.Length && !isLonger && Sha256Text.Of(bytes) == model.Sha256
            ? bytes
            : throw new ModelException("another file than the pinned one (size or sha256 differ)");
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMessageInvoker client, HttpMethod method, Uri address, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(PatienceForAnswer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        using var request = new HttpRequestMessage(method, address);
        request.Headers.UserAgent.ParseAdd("pomona/" + OnnxGraphBuilder.ProducerVersion);
        return await client.SendAsync(request, either.Token);
    }
}
