using System.Net;
using System.Text;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Data;
using MailAdmin.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MailAdmin.Tests.Certificates.Acme;

/// <summary>Each way in which an order fails: the words, whether waiting helps, when it goes on; and nothing is stored or deployed.</summary>
public sealed class FailureTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Order_AuthorityReadsSomethingElse_KeepsItsWordsAndDoesNotTryAgainByItself()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        // The listener answers on the port that the authority asks, but the answer lies in a folder that nobody serves.
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test") with { Challenge = ChallengeKind.WebRoot, WebRoot = ordering.Database.Directory + "/www" });
        Assert.True(order.Standing == OrderStanding.Failed, ordering.Story(order));
        Assert.Equal(false, order.WaitingHelps);
        Assert.Contains("mail.example.test", order.Failure);
        Assert.Contains("unauthorized", order.Failure);
        Assert.Contains("look at where the name's A and AAAA records lead", order.NextStep);
        Assert.Contains(order.Steps, s => s.Kind == StepKind.ProofFailed && s.Name == "mail.example.test");
        Assert.Empty(ordering.Issued.Stored);
        Assert.Empty(Directory.GetFiles(ordering.Database.Directory + "/www/.well-known/acme-challenge"));

        // A retry is a new order at the authority, not the dead one again.
        Ordering.Accepted(await ordering.Orders.RetryAsync(order.Id, Actor.Portal, ChangeOptions.Default, Ct));
        var again = await ordering.CarryOnAsync(order.Id);
        Assert.Equal(2, again.Steps.Count(s => s.Sentence.Contains("took the order")));
    }

    [Fact]
    public async Task Order_AuthorityIsDown_WaitsLongerEachTimeAndGoesOnWhenItIsBack()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var created = await ordering.CreateAsync(ordering.Wanted("mail.example.test"));
        ordering.Between.Answer = (_, _) => throw new HttpRequestException("Connection refused");
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 4; i++)
        {
            var order = await ordering.CarryOnAsync(created.Id);
            Assert.Equal((OrderStanding.Waiting, true), (order.Standing, order.WaitingHelps));
            Assert.Contains("Connection refused", order.Failure);
            waits.Add(order.NextTryAt!.Value - TimeProvider.System.GetUtcNow());
            Ordering.Accepted(await ordering.Orders.RetryAsync(created.Id, Actor.Portal, ChangeOptions.Default, Ct));
        }
        Assert.Equal(waits.Order(), waits);
        Assert.True(waits[3] > TimeSpan.FromMinutes(30), $"{waits[3]}");
        Assert.Empty(ordering.Issued.Stored);
        ordering.Between.Answer = null;
        Assert.Equal(OrderStanding.Done, (await ordering.CarryOnAsync(created.Id)).Standing);
    }

    [Theory]
    [InlineData("order")]
    [InlineData("authZ")]
    [InlineData("finalize-order")]
    [InlineData("certZ")]
    public async Task Order_AuthorityAnswers503_WaitsAsLongAsItSaysAndGoesOn(string at)
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var failed = false;
        ordering.Between.Answer = (request, _) =>
        {
            if (failed || !request.RequestUri!.AbsolutePath.Contains(at)) return Task.FromResult<HttpResponseMessage?>(null);
            failed = true;
            var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("<html>down</html>", Encoding.UTF8, "text/html") };
            answer.Headers.RetryAfter = new(TimeSpan.FromMinutes(20));
            return Task.FromResult<HttpResponseMessage?>(answer);
        };
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(failed);
        Assert.True(order is { Standing: OrderStanding.Waiting, WaitingHelps: true }, ordering.Story(order));
        Assert.Contains("503", order.Failure);
        Assert.InRange(order.NextTryAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(21));
        Assert.Empty(ordering.Issued.Stored);
        Ordering.Accepted(await ordering.Orders.RetryAsync(order.Id, Actor.Portal, ChangeOptions.Default, Ct));
        var then = await ordering.CarryOnAsync(order.Id);
        Assert.True(then.Standing == OrderStanding.Done, ordering.Story(then));
    }

    [Fact]
    public async Task Order_RateLimited_KeepsTheWordsHoldsTheAccountAndBlocksTheNextOrder()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        ordering.Between.Answer = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath.Contains("order-plz") ? Interception.Problem(HttpStatusCode.TooManyRequests, "rateLimited", "too many certificates already issued for example.test", TimeSpan.FromHours(30)) : null);
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order is { Standing: OrderStanding.Waiting, WaitingHelps: true }, ordering.Story(order));
        Assert.Contains("too many certificates already issued for example.test (rateLimited)", order.Failure);
        Assert.InRange(order.NextTryAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(29.9), TimeSpan.FromHours(30.1));
        var account = Assert.Single(Ordering.Accepted(await ordering.Accounts.ListAsync(Actor.Portal, Ct)));
        Assert.NotNull(account.HeldUntil);

        var report = Ordering.Accepted(await ordering.Orders.PreflightAsync(ordering.Wanted("other.example.test"), Actor.Portal, Ct));
        Assert.False(report.MayOrder);
        Assert.Contains(report.Verdicts, v => v.Check == "budget" && v.ReadyAt == account.HeldUntil);
        Assert.Single(ordering.Issued.Stored);
    }

    [Theory]
    [InlineData("{", "is no JSON")]
    [InlineData("[]", "no object")]
    [InlineData("""{"status":"pending"}""", "has no list 'identifiers'")]
    [InlineData("""{"status":"odd","identifiers":[],"authorizations":[],"finalize":"https://localhost/f"}""", "the status 'odd'")]
    [InlineData("""{"status":"pending","identifiers":[],"authorizations":[],"finalize":"http://localhost/f"}""", "no https address")]
    [InlineData("""{"status":"pending","identifiers":[],"authorizations":["ftp://x"],"finalize":"https://localhost/f"}""", "no https address")]
    [InlineData("""{"status":"pending","expires":"tomorrow","identifiers":[],"authorizations":[],"finalize":"https://localhost/f"}""", "is no time")]
    public async Task Order_MalformedAnswer_SaysWhatIsWrongWithIt(string body, string word)
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        ordering.Between.Answer = async (request, send) =>
        {
            if (!request.RequestUri!.AbsolutePath.Contains("order-plz")) return null;
            var real = await send();
            if (real.Headers.Location is null) return real;   // a rejected nonce: asked again
            var answer = Interception.Text(body);
            answer.StatusCode = HttpStatusCode.Created;
            answer.Headers.Location = real.Headers.Location;
            return answer;
        };
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order is { Standing: OrderStanding.Waiting, WaitingHelps: true }, ordering.Story(order));
        Assert.Contains(word, order.Failure);
        Assert.Empty(ordering.Issued.Stored);
    }

    [Fact]
    public async Task Order_WrongCertificateComesBack_IsNotTaken()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        var former = Encoding.ASCII.GetString(ordering.Issued.Stored.Single().Material[0].ChainPem);
        ordering.Between.Answer = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath.Contains("certZ") ? Interception.Text(former, "application/pem-certificate-chain") : null);
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order.Failure.Contains("wrong certificate: its first certificate is for another key"), ordering.Story(order));
        Assert.Single(ordering.Issued.Stored);

        ordering.Between.Answer = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath.Contains("certZ") ? Interception.Text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "application/pem-certificate-chain") : null);
        Ordering.Accepted(await ordering.Orders.RetryAsync(order.Id, Actor.Portal, ChangeOptions.Default, Ct));
        Assert.Contains("is no chain of certificates", (await ordering.CarryOnAsync(order.Id)).Failure);
        Assert.Single(ordering.Issued.Stored);
    }

    [Fact]
    public async Task Order_ClockIsWrong_StopsBeforeTheAuthorityIsAsked()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(3));
        await using var ordering = await Ordering.OverAsync(authority, services => services.AddSingleton<TimeProvider>(time));
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.Equal((OrderStanding.Failed, OrderState.Created), (order.Standing, order.State));
        Assert.Contains("This machine's clock is 3 days ahead of the authority's.", order.Failure);
        Assert.DoesNotContain(order.Steps, s => s.Sentence.Contains("took the order"));
    }

    [Fact]
    public async Task Order_AuthorityForgotEverything_RegistersAgainWithTheSameKey()
    {
        await using var first = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(first);
        await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        var before = Assert.Single(Ordering.Accepted(await ordering.Accounts.ListAsync(Actor.Portal, Ct)));
        // As after a restart of a test authority: the account's address is of no account there.
        await using (var db = await ordering.Database.OpenAsync())
        {
            var account = db.Set<Core.Certificates.Acme.Accounts.AcmeAccount>().Single();
            account.Url = first.Directory.Replace("/dir", "/my-account/ffffffff");
            await db.SaveChangesAsync(Ct);
        }
        var order = await ordering.OrderAsync(ordering.Wanted("mail.example.test"));
        Assert.True(order.Standing == OrderStanding.Done, ordering.Story(order));
        Assert.Contains(order.Steps, s => s.Kind == StepKind.Note && s.Sentence.Contains("registered again"));
        Assert.Equal(before.Thumbprint, Assert.Single(Ordering.Accepted(await ordering.Accounts.ListAsync(Actor.Portal, Ct))).Thumbprint);
    }

    [Fact]
    public async Task Ask_AuthorityUnderAnotherRoot_IsNotTrusted()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var reason = Assert.Single(Ordering.Refused(await ordering.Accounts.AskAsync(authority.Directory, null, Actor.Portal, Ct)));
        Assert.Contains("is not trusted", reason.Sentence);
        Assert.Equal(authority.Directory, Ordering.Accepted(await ordering.Accounts.AskAsync(authority.Directory, authority.RootPem, Actor.Portal, Ct)).Directory);
    }

    [Fact]
    public async Task Cancel_WhileItWaits_EndsItAndTakesTheAnswersAway()
    {
        await using var authority = await CertificateAuthority.StartAsync();
        await using var ordering = await Ordering.OverAsync(authority);
        var created = await ordering.CreateAsync(ordering.Wanted("mail.example.test") with { Challenge = ChallengeKind.Manual });
        await ordering.Orders.AdvanceAsync(created.Id, Ct);
        Assert.Equal(OrderStanding.WaitingForRecord, (await ordering.GetAsync(created.Id)).Standing);
        Assert.IsType<OrderTaken>(Assert.Single(Ordering.Refused(await ordering.Orders.CreateAsync(ordering.Wanted("mail.example.test"), Actor.Portal, ChangeOptions.Default, Ct))));
        Assert.Equal(OrderStanding.Cancelled, Ordering.Accepted(await ordering.Orders.CancelAsync(created.Id, Actor.Portal, ChangeOptions.Default, Ct)).Standing);
        await ordering.Orders.AdvanceAsync(created.Id, Ct);
        Assert.Equal(OrderStanding.Cancelled, (await ordering.GetAsync(created.Id)).Standing);
        Assert.All((await ordering.RowAsync(created.Id)).Answers, a => Assert.NotNull(a.RemovedAt));
        Assert.IsType<OrderStands>(Assert.Single(Ordering.Refused(await ordering.Orders.RetryAsync(created.Id, Actor.Portal, ChangeOptions.Default, Ct))));
    }
}
