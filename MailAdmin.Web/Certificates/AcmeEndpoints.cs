using MailAdmin.Core;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates.Acme.Accounts;
using MailAdmin.Core.Certificates.Acme.Authorities;
using MailAdmin.Core.Certificates.Acme.Challenges;
using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Protocol;
using MailAdmin.Core.Data;
using MailAdmin.Core.Mailboxes.Passwords;
using MailAdmin.Web.Account;
using MailAdmin.Web.Api;

namespace MailAdmin.Web.Certificates;

/// <summary>Accounts at authorities, orders and DNS updaters in the REST API.</summary>
internal static class AcmeEndpoints
{
    public static void MapAcme(this RouteGroupBuilder api)
    {
        var acme = api.MapGroup("/acme").WithTags("acme");
        MapAccounts(acme);
        MapOrders(acme);
        MapUpdaters(acme);
    }

    private static void MapAccounts(RouteGroupBuilder acme)
    {
        acme.MapGet("/authorities", () => Results.Ok(Authority.All)).Needs(Right.ReadCertificates).Produces<IReadOnlyList<Authority>>().WithSummary("List the authorities that are known by name");
        acme.MapPost("/authorities/ask", async (HttpContext http, AcmeAccountService service, AuthorityQuestion body, CancellationToken ct) =>
            Show(await service.AskAsync(body.Authority, body.RootPem, http.ApiActor(), ct)))
            .Needs(Right.ChangeCertificates).Produces<AuthorityView>().ProducesProblemOf(422).WithSummary("Ask an authority for its terms and profiles");

        var accounts = acme.MapGroup("/accounts");
        accounts.MapGet("", async (HttpContext http, AcmeAccountService service, CancellationToken ct) =>
            Show(await service.ListAsync(http.ApiActor(), ct), all => new ListResource<AcmeAccountView>(all, all.Count, 0)))
            .Needs(Right.ReadCertificates).Produces<ListResource<AcmeAccountView>>().WithSummary("List accounts at authorities");
        accounts.MapGet("/{account}", async (HttpContext http, AcmeAccountService service, string account, CancellationToken ct) =>
            Show(await service.GetAsync(account, http.ApiActor(), ct))).Needs(Right.ReadCertificates).Produces<AcmeAccountView>().WithSummary("Show an account");
        accounts.MapPost("", async (HttpContext http, AcmeAccountService service, AccountPost body, CancellationToken ct) =>
            Created(await service.CreateAsync(body.Wanted(), http.ApiActor(), ChangeOptions.Default, ct), a => $"/api/v1/acme/accounts/{a.Name}"))
            .Needs(Right.ChangeCertificates).Produces<AcmeAccountView>(201).ProducesProblemOf(409, 422).WithSummary("Make an account").WithDescription("The terms are agreed to with agreesToTerms; ask for them at /acme/authorities/ask.");
        accounts.MapPatch("/{account}", async (HttpContext http, AcmeAccountService service, string account, AccountPatch body, CancellationToken ct) =>
            Show(await service.ChangeContactAsync(account, body.Contact ?? [], http.ApiActor(), ChangeOptions.Default, ct)))
            .Needs(Right.ChangeCertificates).Produces<AcmeAccountView>().ProducesProblemOf(422).WithSummary("Change an account's contact addresses");
        accounts.MapPost("/{account}/roll-key", async (HttpContext http, AcmeAccountService service, string account, CancellationToken ct) =>
            Show(await service.RollKeyAsync(account, http.ApiActor(), ChangeOptions.Default, ct)))
            .Needs(Right.ChangeCertificates).Produces<AcmeAccountView>().ProducesProblemOf(422).WithSummary("Exchange an account's key");
        accounts.MapPost("/{account}/deactivate", async (HttpContext http, AcmeAccountService service, string account, CancellationToken ct) =>
            Show(await service.DeactivateAsync(account, http.ApiActor(), ChangeOptions.Default, ct)))
            .Needs(Right.ChangeCertificates).Produces<AcmeAccountView>().ProducesProblemOf(422).WithSummary("End an account at its authority");
    }

    private static void MapOrders(RouteGroupBuilder acme)
    {
        var orders = acme.MapGroup("/orders");
        orders.MapGet("", async (HttpContext http, AcmeOrderService service, string? search, string? sort, int? offset, int? limit, CancellationToken ct) =>
            Doorway.List(await service.ListAsync(new ListQuery(search, sort, offset ?? 0, limit ?? 50), http.ApiActor(), ct), o => o))
            .Needs(Right.ReadCertificates).Produces<ListResource<AcmeOrderView>>().ProducesProblemOf(422).WithSummary("List orders").WithDescription("Sort field: createdAt. Newest first.");
        orders.MapGet("/{id:int}", async (HttpContext http, AcmeOrderService service, int id, CancellationToken ct) =>
            Show(await service.GetAsync(id, http.ApiActor(), ct))).Needs(Right.ReadCertificates).Produces<AcmeOrderView>().WithSummary("Show an order with its steps").WithDescription("Ask again until hasEnded, once a second at most.");
        orders.MapPost("", async (HttpContext http, AcmeOrderService service, OrderPost body, CancellationToken ct) =>
            Created(await service.CreateAsync(body.Wanted(), http.ApiActor(), ChangeOptions.Default, ct), o => $"/api/v1/acme/orders/{o.Id}"))
            .Needs(Right.ChangeCertificates).Produces<AcmeOrderView>(201).ProducesProblemOf(409, 422).WithSummary("Order a certificate").WithDescription("The portal carries the order on until every port serves the certificate; ask for it at its Location.");
        orders.MapPost("/preflight", async (HttpContext http, AcmeOrderService service, OrderPost body, CancellationToken ct) =>
            Show(await service.PreflightAsync(body.Wanted(), http.ApiActor(), ct)))
            .Needs(Right.ChangeCertificates).Produces<PreflightReport>().ProducesProblemOf(422).WithSummary("Check what an order would meet; nothing is ordered");
        orders.MapPost("/{id:int}/retry", async (HttpContext http, AcmeOrderService service, int id, CancellationToken ct) =>
            Show(await service.RetryAsync(id, http.ApiActor(), ChangeOptions.Default, ct))).Needs(Right.ChangeCertificates).Produces<AcmeOrderView>().ProducesProblemOf(422).WithSummary("Let an order go on now");
        orders.MapPost("/{id:int}/cancel", async (HttpContext http, AcmeOrderService service, int id, CancellationToken ct) =>
            Show(await service.CancelAsync(id, http.ApiActor(), ChangeOptions.Default, ct))).Needs(Right.ChangeCertificates).Produces<AcmeOrderView>().ProducesProblemOf(422).WithSummary("Stop an order");
        acme.MapPost("/revocations", async (HttpContext http, AcmeRevocation service, RevocationPost body, CancellationToken ct) =>
            Show(await service.RevokeAsync(body.Certificate, body.Version, body.Reason, body.ByCertificateKey, http.ApiActor(), ChangeOptions.Default, ct)))
            .Needs(Right.ChangeCertificates).Produces<RevokedCertificate>().ProducesProblemOf(422).WithSummary("Revoke a certificate");
    }

    private static void MapUpdaters(RouteGroupBuilder acme)
    {
        var updaters = acme.MapGroup("/dns-updaters");
        updaters.MapGet("", async (HttpContext http, DnsUpdaterService service, CancellationToken ct) =>
            Show(await service.ListAsync(http.ApiActor(), ct), all => new ListResource<DnsUpdaterView>(all, all.Count, 0)))
            .Needs(Right.ReadCertificates).Produces<ListResource<DnsUpdaterView>>().WithSummary("List DNS servers that take updates");
        updaters.MapPost("", async (HttpContext http, DnsUpdaterService service, UpdaterPost body, CancellationToken ct) =>
            Created(await service.AddAsync(new NewDnsUpdater(body.Name, body.Server, body.KeyName, body.Key) { Zone = body.Zone, Algorithm = body.Algorithm }, http.ApiActor(), ChangeOptions.Default, ct), u => $"/api/v1/acme/dns-updaters/{u.Name}"))
            .Needs(Right.ChangeCertificates).Produces<DnsUpdaterView>(201).ProducesProblemOf(409, 422).WithSummary("Add a DNS server that takes updates");
        updaters.MapDelete("/{updater}", async (HttpContext http, DnsUpdaterService service, string updater, CancellationToken ct) =>
            Show(await service.RemoveAsync(updater, http.ApiActor(), ChangeOptions.Default, ct))).Needs(Right.ChangeCertificates).Produces<DnsUpdaterView>().ProducesProblemOf(422).WithSummary("Forget a DNS server");
    }

    private static IResult Show<T>(Outcome<T> outcome) => Show(outcome, v => v!);

    private static IResult Show<T>(Outcome<T> outcome, Func<T, object> show) => outcome switch
    {
        Outcome<T>.Accepted(var value, _) => Results.Ok(show(value)),
        Outcome<T>.Refused(var reasons) => Problem.Of(reasons, creates: false),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static IResult Created<T>(Outcome<T> outcome, Func<T, string> location) => outcome switch
    {
        Outcome<T>.Accepted(var value, _) => Results.Created(location(value), value),
        Outcome<T>.Refused(var reasons) => Problem.Of(reasons, creates: true),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>Which authority to ask.</summary>
public sealed record AuthorityQuestion
{
    public required string Authority { get; init; }
    public string? RootPem { get; init; }
}

/// <summary>An account to make.</summary>
public sealed record AccountPost
{
    public required string Authority { get; init; }
    public string? RootPem { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<string>? Contact { get; init; }
    public bool AgreesToTerms { get; init; }
    public AcmeKeyKind Key { get; init; }
    public string? ExternalKeyId { get; init; }
    public Secret? ExternalMacKey { get; init; }

    internal NewAcmeAccount Wanted() => new() { Authority = Authority, RootPem = RootPem, Name = Name, Contact = Contact ?? [], AgreesToTerms = AgreesToTerms, Key = Key, ExternalKeyId = ExternalKeyId, ExternalMacKey = ExternalMacKey };
}

/// <summary>What to change in an account.</summary>
public sealed record AccountPatch
{
    public IReadOnlyList<string>? Contact { get; init; }
}

/// <summary>A certificate to order.</summary>
public sealed record OrderPost
{
    public required IReadOnlyList<string> Names { get; init; }
    public string? Host { get; init; }
    public string? Authority { get; init; }
    public string? RootPem { get; init; }
    public bool AgreesToTerms { get; init; }
    public IReadOnlyList<string>? Contact { get; init; }
    public OrderKeys Keys { get; init; }
    public bool KeepsKey { get; init; }
    public string? Profile { get; init; }
    public string? PreferredRoot { get; init; }
    public ChallengeKind Challenge { get; init; }
    public string? WebRoot { get; init; }
    public string? DnsUpdater { get; init; }
    public bool SkipsTrial { get; init; }
    public bool IgnoresPreflight { get; init; }

    internal NewAcmeOrder Wanted() => new(Names)
    {
        Host = Host, Authority = Authority, RootPem = RootPem, AgreesToTerms = AgreesToTerms, Contact = Contact ?? [], Keys = Keys, KeepsKey = KeepsKey, Profile = Profile, PreferredRoot = PreferredRoot,
        Challenge = Challenge, WebRoot = WebRoot, DnsUpdater = DnsUpdater, SkipsTrial = SkipsTrial, IgnoresPreflight = IgnoresPreflight,
    };
}

/// <summary>A certificate to revoke.</summary>
public sealed record RevocationPost
{
    public required string Certificate { get; init; }
    public int? Version { get; init; }
    public RevocationReason Reason { get; init; }
    public bool ByCertificateKey { get; init; }
}

/// <summary>A DNS server to add.</summary>
public sealed record UpdaterPost
{
    public string? Name { get; init; }
    public string? Server { get; init; }
    public string? Zone { get; init; }
    public string? KeyName { get; init; }
    public TsigAlgorithm Algorithm { get; init; }
    public Secret? Key { get; init; }
}
