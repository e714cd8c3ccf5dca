using System.Net;
using MailAdmin.Core.Certificates.Acme;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Tests.Fixtures;
using MailAdmin.Web.Certificates;

namespace MailAdmin.Tests.Certificates.Acme;

public sealed class ListenerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listener_OfThePortal_AnswersTheChallengePathAndNothingElse()
    {
        await using var portal = await PortalFixture.StartAsync();
        var port = portal.Get<ChallengeListener>().Port;
        Assert.NotNull(port);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        foreach (var path in (string[])["/", "/sign-in", "/api/v1/hosts", "/.well-known/acme-challenge/", "/.well-known/acme-challenge/unknown", "/.well-known/acme-challenge/../../mailadmin.db", "/.well-known/autoconfig/mail/config-v1.1.xml", "/health/ready"])
        {
            using var answer = await http.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.DoesNotContain("Set-Cookie", answer.Headers.ToString());
            Assert.DoesNotContain("Server:", answer.Headers.ToString());
        }
        var note = portal.Get<HttpAnswers>().Read();
        Assert.Equal(note!.Mark, await http.GetStringAsync(HttpAnswers.Path + note.Mark, Ct));
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync(HttpAnswers.Path + note.Mark, null, Ct)).StatusCode);
        Assert.True(await portal.Get<HttpAnswers>().IsServedAsync(Ct));
    }

    [Fact]
    public async Task Listener_PortTaken_ThePortalRunsAndThePreflightSaysSo()
    {
        var taken = new System.Net.Sockets.TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        taken.Start();
        try
        {
            await using var portal = await PortalFixture.StartAsync(b => b.Configuration["Certificates:HttpPort"] = $"{((IPEndPoint)taken.LocalEndpoint).Port}");
            Assert.Null(portal.Get<ChallengeListener>().Port);
            Assert.False(await portal.Get<HttpAnswers>().IsServedAsync(Ct));
            Assert.Equal(HttpStatusCode.OK, (await portal.Browser().GetAsync("/health/ready", Ct)).StatusCode);
        }
        finally
        {
            taken.Stop();
        }
    }
}
