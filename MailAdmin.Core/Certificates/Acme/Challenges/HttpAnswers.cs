using System.Text.Json;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>What the listener for http-01 answers, and where it listens. Portal and command line share it through the data directory.</summary>
public sealed class HttpAnswers(IDbContextFactory<MailAdminContext> factory, DataDirectory directory, LocalHttp http)
{
    /// <summary>The path before the token (RFC 8555 8.3).</summary>
    public const string Path = "/.well-known/acme-challenge/";

    private string Note => System.IO.Path.Combine(directory.Path, "http-01.json");

    /// <summary>The answer to a token of an order under way; null when there is none.</summary>
    public async Task<string?> FindAsync(string token, CancellationToken ct)
    {
        if (token.Length is 0 or > 300) return null;
        await using var db = await factory.CreateDbContextAsync(ct);
        return await db.Set<ChallengeAnswer>().AsNoTracking().Where(a => a.Token == token && a.Kind == ChallengeKind.Http && a.RemovedAt == null).Select(a => a.Content).FirstOrDefaultAsync(ct);
    }

    /// <summary>True when the noted listener runs: it answers with its own mark.</summary>
    public async Task<bool> IsServedAsync(CancellationToken ct) => Read() is { } note && (await http.GetAsync(note.Port, "localhost", Path + note.Mark, ct)).Body == note.Mark;

    /// <summary>Notes that a listener runs.</summary>
    public async Task NoteAsync(HttpListenerNote note, CancellationToken ct)
    {
        var part = Note + ".new";
        await File.WriteAllBytesAsync(part, JsonSerializer.SerializeToUtf8Bytes(note), ct);
        File.Move(part, Note, overwrite: true);
    }

    /// <summary>Takes the note away when it is still this one.</summary>
    public void Forget(HttpListenerNote note)
    {
        if (Read() == note) File.Delete(Note);
    }

    /// <summary>The listener that was noted last; null when none. Whether it still runs is known by asking it.</summary>
    public HttpListenerNote? Read()
    {
        try
        {
            return JsonSerializer.Deserialize<HttpListenerNote>(File.ReadAllBytes(Note));
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A running listener.</summary>
/// <param name="Port">Its TCP port.</param>
/// <param name="Mark">A token that this listener answers with itself, so that one can tell it from a stranger on the port.</param>
public sealed record HttpListenerNote(int Port, string Mark);
