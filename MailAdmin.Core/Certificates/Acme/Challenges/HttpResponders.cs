using System.Text;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>http-01, answered by our own listener out of the database.</summary>
internal sealed class HttpResponder(HttpAnswers answers, LocalHttp http, IOptions<AcmeOptions> options) : IChallengeResponder
{
    public ChallengeKind Kind => ChallengeKind.Http;

    public string Type => "http-01";

    public Task<string> PlaceAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => Task.FromResult("");

    // The stored answer is what the listener reads.
    public Task PutAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => Task.CompletedTask;

    public async Task<Sight> LookAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct)
    {
        var port = answers.Read()?.Port ?? options.Value.HttpPort;
        var (body, problem) = await http.GetAsync(port, answer.Name, HttpAnswers.Path + answer.Token, ct);
        return body == answer.Content ? new Sight(true, $"Port {port} of this machine answers the challenge of {answer.Name}.")
            : throw new ChallengeException($"Port {port} of this machine does not answer the challenge of {answer.Name}: {problem ?? "something else answers"}.", $"Let the portal run, or free port {port} (Certificates:HttpPort).", waitingHelps: true);
    }

    public Task RemoveAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>http-01, by a file in the folder of the web server that answers on port 80.</summary>
internal sealed class WebRootResponder(IDbContextFactory<MailAdminContext> factory, IMailHosts hosts) : IChallengeResponder
{
    public ChallengeKind Kind => ChallengeKind.WebRoot;

    public string Type => "http-01";

    public Task<string> PlaceAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) => Task.FromResult(order.WebRoot!.TrimEnd('/') + HttpAnswers.Path + answer.Token);

    public async Task PutAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct)
    {
        try
        {
            await (await ReachAsync(order, ct)).WriteAsync([new HostFileWrite(answer.Place, Encoding.ASCII.GetBytes(answer.Content), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)], ct);
        }
        catch (HostException e)
        {
            throw new ChallengeException($"The challenge of {answer.Name} could not be written: {e.Message}", $"Look at the folder {order.WebRoot}.", waitingHelps: false, e);
        }
    }

    public async Task<Sight> LookAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct) =>
        await (await ReachAsync(order, ct)).ReadAsync(answer.Place, ct) is { } file && Encoding.ASCII.GetString(file.Content.Span) == answer.Content
            ? new Sight(true, $"The challenge of {answer.Name} lies in {order.WebRoot}.") : new Sight(false, $"{answer.Place} is not there.");

    public async Task RemoveAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct)
    {
        try
        {
            await (await ReachAsync(order, ct)).DeleteAsync(answer.Place, ct);
        }
        catch (HostException e)
        {
            throw new ChallengeException($"{answer.Place} could not be removed: {e.Message}", "Remove it by hand.", waitingHelps: false, e);
        }
    }

    private async Task<IMailHost> ReachAsync(AcmeOrder order, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        return hosts.Reach(await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == order.HostId, ct));
    }
}
