using System.Text;
using System.Text.Json;

namespace MailAdmin.Tests.Delivery.LiveLog;

/// <summary>A program that reads server-sent events.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;

    private EventStream(HttpResponseMessage answer, Stream stream) => (_answer, _reader) = (answer, new StreamReader(stream, Encoding.UTF8));

    /// <summary>The id of the newest event.</summary>
    public string? LastId { get; private set; }

    /// <summary>Opens a stream; returns when the first words have come, so that it is subscribed.</summary>
    public static async Task<EventStream> OpenAsync(HttpClient api, string path, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        var answer = await api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var stream = new EventStream(answer, await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(": MailAdmin", await stream._reader.ReadLineAsync(TestContext.Current.CancellationToken));
        return stream;
    }

    /// <summary>The next event; comments are passed over.</summary>
    /// <exception cref="EndOfStreamException">The server ended the stream.</exception>
    public async Task<(string Name, JsonElement Data)> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var (name, data) = ("message", (string?)null);
        while (await _reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0 && data is not null) return (name, JsonDocument.Parse(data).RootElement);
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            if (line.StartsWith("id: ", StringComparison.Ordinal)) LastId = line[4..];
        }
        throw new EndOfStreamException();
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _answer.Dispose();
        return ValueTask.CompletedTask;
    }
}
