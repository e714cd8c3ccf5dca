using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Core.Probes.Connecting;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;

namespace MailAdmin.Core.Probes.RoundTrips;

/// <summary>Watches a mailbox for the message: opened before it is sent.</summary>
internal abstract class Arrival : IAsyncDisposable
{
    /// <summary>The header that bears the token.</summary>
    public const string Header = "X-MailAdmin-Probe";

    /// <summary>How it watches, for people.</summary>
    public abstract string How { get; }

    /// <summary>True when it can watch while the message is being sent, so that nothing is missed.</summary>
    public virtual bool BeginsEarly => false;

    /// <summary>Waits until the message is there.</summary>
    /// <returns>Where it lies.</returns>
    public abstract Task<string> SeeAsync(string token, CancellationToken ct);

    /// <summary>The headers of the message that was seen.</summary>
    public abstract Task<IReadOnlyList<string>> ReadAsync(CancellationToken ct);

    /// <summary>Removes the message that was seen.</summary>
    public abstract Task DeleteAsync(CancellationToken ct);

    /// <summary>The log says that it went to another folder: look there.</summary>
    public virtual void Hint(string folder) { }

    public abstract ValueTask DisposeAsync();

    protected static IReadOnlyList<string> Shown(IEnumerable<(string Name, string Value)> headers) =>
        [.. headers.Where(h => h.Name is "Received" or "Message-ID" or "Message-Id" or "Authentication-Results" or "Return-Path" or "Delivered-To" or Header or "X-Spam-Status").Select(h => $"{h.Name}: {h.Value.Replace("\r\n", "", StringComparison.Ordinal).Replace('\t', ' ').Trim()}").Take(30)];
}

/// <summary>By IMAP, as a mail program does: IDLE until the server tells of new mail.</summary>
internal sealed class ImapArrival : Arrival
{
    private readonly ImapClient _client;
    private readonly Connection _connection;
    private IMailFolder _folder;
    private UniqueId _seen;
    private volatile string? _hint;
    private CancellationTokenSource? _idle;
    private int _news;

    private ImapArrival(ImapClient client, Connection connection)
    {
        (_client, _connection, _folder) = (client, connection, client.Inbox);
        _folder.CountChanged += (_, _) => Wake();
    }

    public override string How => "IMAP IDLE";

    public override bool BeginsEarly => true;

    public static async Task<ImapArrival> OpenAsync(ProbeRound round, ProbeSide side, string user, Secret password, Transcript transcript, CancellationToken ct)
    {
        using var file = await round.CertificateFileAsync();
        var trust = new Trust();
        var client = new ImapClient(transcript) { CheckCertificateRevocation = false, ServerCertificateValidationCallback = trust.Judge(round.Host.Name, file) };
        Connection? connection = null;
        try
        {
            connection = await round.Connector.ConnectAsync(round.At(side, round.Host.Ports.Imaps), round.Policy with { Limits = round.Policy.Limits with { Lifetime = TimeSpan.FromSeconds(round.Options.RoundTripLimitSeconds + 30) } }, ct);
            await client.ConnectAsync(connection.Stream, round.Host.Name, round.Host.Ports.Imaps, SecureSocketOptions.SslOnConnect, ct);
            if (!trust.IsVerified) throw new IOException($"the password was not sent, because the certificate is not to be trusted ({trust.Distrust})");
            await client.AuthenticateAsync(new SaslMechanismPlain(user, password.Reveal()), ct);
            await client.Inbox.OpenAsync(FolderAccess.ReadWrite, ct);
            return new ImapArrival(client, connection);
        }
        catch
        {
            client.Dispose();
            if (connection is not null) await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task<string> SeeAsync(string token, CancellationToken ct)
    {
        while (true)
        {
            var news = Volatile.Read(ref _news);
            if (await FindAsync(token, ct) is { } where) return where;
            using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
            _idle = done;
            // A message may have come while the server searched: IDLE would not tell of it again.
            if (Volatile.Read(ref _news) != news) continue;
            // A server that forgets to tell, or one without IDLE, is asked again by and by.
            done.CancelAfter(TimeSpan.FromSeconds(_client.Capabilities.HasFlag(ImapCapabilities.Idle) ? 5 : 1));
            try
            {
                if (_client.Capabilities.HasFlag(ImapCapabilities.Idle)) await _client.IdleAsync(done.Token, ct);
                else
                {
                    await Task.Delay(500, ct);
                    await _client.NoOpAsync(ct);
                }
            }
            finally
            {
                _idle = null;
            }
        }
    }

    public override void Hint(string folder)
    {
        if (folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase)) return;
        _hint = folder;
        Wake();
    }

    private void Wake()
    {
        Interlocked.Increment(ref _news);
        try
        {
            _ = _idle?.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // IDLE has just ended by itself; the count tells.
        }
    }

    public override async Task<IReadOnlyList<string>> ReadAsync(CancellationToken ct)
    {
        var headers = await _folder.GetHeadersAsync(_seen, ct);
        return Shown(headers.Select(h => (h.Field, h.Value)));
    }

    public override async Task DeleteAsync(CancellationToken ct)
    {
        await _folder.AddFlagsAsync(_seen, MessageFlags.Deleted, silent: true, ct);
        // RFC 4315: only this one is removed, whatever else bears the flag.
        if (_client.Capabilities.HasFlag(ImapCapabilities.UidPlus)) await _folder.ExpungeAsync([_seen], ct);
        else await _folder.ExpungeAsync(ct);
        await _client.DisconnectAsync(quit: true, ct);
    }

    private async Task<string?> FindAsync(string token, CancellationToken ct)
    {
        if (_hint is { } hint && _folder.FullName != hint)
        {
            try
            {
                var other = await _client.GetFolderAsync(hint.Replace('/', _folder.DirectorySeparator == '\0' ? '/' : _folder.DirectorySeparator), ct);
                await other.OpenAsync(FolderAccess.ReadWrite, ct);
                _folder = other;
            }
            catch (FolderNotFoundException)
            {
                _hint = null;
            }
        }
        var found = await _folder.SearchAsync(SearchQuery.HeaderContains(Header, token), ct);
        if (found.Count == 0) return null;
        _seen = found[^1];
        return _folder.FullName;
    }

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _connection.DisposeAsync();
    }
}

/// <summary>By Dovecot's own tool, for a recipient whose password is not given.</summary>
internal sealed class DoveadmArrival(IMailHost reach, Hosts.Host host, string user, TimeProvider time) : Arrival
{
    private string _token = "";

    public override string How => "doveadm";

    public override async Task<string> SeeAsync(string token, CancellationToken ct)
    {
        _token = token;
        while (true)
        {
            var result = await reach.RunAsync([.. Command("fetch"), "mailbox", .. Query()], ct: ct);
            // 68: the user's mailbox is not there yet.
            if (result.Succeeded && result.Output.Split('\n').FirstOrDefault(line => line.StartsWith("mailbox:", StringComparison.Ordinal)) is { } line) return line[8..].Trim();
            if (!result.Succeeded && result.ExitCode is not (68 or 75)) throw new HostCommandException(["doveadm", "fetch"], $"doveadm cannot look into the mailbox: {result.Error.Trim()}", result);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
        }
    }

    public override async Task<IReadOnlyList<string>> ReadAsync(CancellationToken ct)
    {
        var result = await reach.RunAsync([.. Command("fetch"), "hdr", .. Query()], ct: ct);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(result.Output[(result.Output.IndexOf('\n', StringComparison.Ordinal) + 1)..]));
        var headers = await MimeKit.HeaderList.LoadAsync(stream, ct);
        return Shown(headers.Select(h => (h.Field, h.Value)));
    }

    public override async Task DeleteAsync(CancellationToken ct)
    {
        var result = await reach.RunAsync([.. Command("expunge"), .. Query()], ct: ct);
        if (!result.Succeeded) throw new HostCommandException(["doveadm", "expunge"], $"The message could not be deleted: {result.Error.Trim()}", result);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The user name is an address of our own database: its grammar permits no leading '-'.
    private string[] Command(string verb) => ["doveadm", "-c", host.DovecotConfiguration, verb, "-u", user];

    private string[] Query() => ["mailbox", "*", "header", Header, _token];
}
