using System.Text;
using MailAdmin.Core.Administrators;
using MailAdmin.Core.Certificates;
using MailAdmin.Core.Certificates.Checking;
using MailAdmin.Core.Certificates.Deploying;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Provisioning.Applying;
using MailAdmin.Core.Provisioning.History;
using MailAdmin.Tests.Fixtures;
using MailKit.Net.Imap;
using MailKit.Security;
using Microsoft.EntityFrameworkCore;

namespace MailAdmin.Tests.Certificates;

/// <summary>Certificates on a real Postfix and Dovecot: what every port serves decides.</summary>
public sealed class DeployTests(MailLabFixture lab) : IClassFixture<MailLabFixture>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Deploy_ImportedChain_IsServedOnAllFourPortsAndItsKeyIsPrivate()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var material = await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));

        Assert.Equal(CertificateLab.Four(material), await l.ServedAsync());
        Assert.Equal(OwnerOnly, (await l.Reach.ReadAsync(l.OwnFile, Ct))!.Info.Mode);
        var details = await l.GetAsync(l.Name);
        Assert.Equal(CertificateState.Good, details.View.State);
        Assert.Equal([lab.Host.Ports.Smtp, lab.Host.Ports.Submission, lab.Host.Ports.Submissions, lab.Host.Ports.Imaps], details.View.Ports.Select(p => p.Port));
        Assert.All(details.View.Ports, p => Assert.True(p.IsServed, p.Problem));
        Assert.Equal(12, details.Verdicts.Count);
        // Planning after applying finds nothing to do.
        Assert.True(Expect.Accepted(await l.Deployment.PlanAsync(l.Name, null, CertificateLab.Root, Ct)).IsEmpty);
    }

    [Theory]
    [InlineData("key", "keyMatches")]
    [InlineData("name", "names")]
    [InlineData("chain", "chain")]
    [InlineData("order", "leafFirst")]
    [InlineData("expired", "dates")]
    [InlineData("future", "dates")]
    [InlineData("garbage", "parses")]
    public async Task Import_Mismatch_IsRefusedByItsCheckAndLiveBytesStay(string wrong, string check)
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var before = (await l.Reach.ReadAsync(l.OwnFile, Ct))!;
        var (good, other, now) = (l.Authority.Issue(l.Name), l.Authority.Issue(l.Name), TimeProvider.System.GetUtcNow());
        using var elsewhere = new TestAuthority();
        var leaf = Encoding.ASCII.GetString(good.ChainPem).Split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n";
        var material = wrong switch
        {
            "key" => new CertificateMaterial(other.KeyPem, good.ChainPem),
            "name" => l.Authority.Issue("mail.elsewhere.test"),
            "chain" => new CertificateMaterial(good.KeyPem, Encoding.ASCII.GetBytes(leaf + elsewhere.RootPem)),
            "order" => new CertificateMaterial(good.KeyPem, Encoding.ASCII.GetBytes(l.Authority.IntermediatePem + "\n" + leaf)),
            "expired" => l.Authority.Issue([l.Name], now.AddDays(-100), TimeSpan.FromDays(90)),
            "future" => l.Authority.Issue([l.Name], now.AddDays(1), TimeSpan.FromDays(90)),
            _ => new CertificateMaterial(good.KeyPem, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"u8.ToArray()),
        };

        var reasons = Expect.Refused(await l.ImportAsync(l.Name, material));

        Assert.Contains(reasons, r => r is CheckFailed && r.Field == check && r.NextStep.Length > 0);
        var after = (await l.Reach.ReadAsync(l.OwnFile, Ct))!;
        Assert.True(before.Content.Span.SequenceEqual(after.Content.Span));
        Assert.Equal(before.Info.ModifiedAt, after.Info.ModifiedAt);
        await using var db = await l.Database.OpenAsync();
        Assert.Equal(0, await db.Certificates.CountAsync(Ct) + await db.CertificateVersions.CountAsync(Ct));
    }

    [Fact]
    public async Task Deploy_RenewedWhileAProgramReads_ServesTheNewOneAndTheSessionGoesOn()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        await LabAccounts.WriteAsync(lab.Reach, lab.Host, "example.test", ("carla", "correct horse", ""));
        await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        using var imap = new ImapClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = (_, _, _, _) => true };
        await imap.ConnectAsync("127.0.0.1", lab.Host.Ports.Imaps, SecureSocketOptions.SslOnConnect, Ct);
        await imap.AuthenticateAsync("carla@example.test", "correct horse", Ct);

        var renewed = l.Authority.Issue(l.Name);
        Expect.Accepted(await l.ImportAsync(l.Name, renewed));
        var plan = Expect.Accepted(await l.Deployment.PlanAsync(l.Name, null, CertificateLab.Root, Ct));
        var served = await l.DeployAsync(l.Name);

        Assert.Contains(plan.Steps, s => s.Sentence.Contains("The IMAP session that is open goes on.", StringComparison.Ordinal));
        Assert.True(served.State == ServedState.Live, served.Sentence);
        Assert.Contains(served.Steps, s => s.Sentence.Contains("no session was cut", StringComparison.Ordinal));
        Assert.Equal(CertificateLab.Four(renewed), await l.ServedAsync());
        await imap.NoOpAsync(Ct);
        Assert.True(imap.IsAuthenticated);
        Assert.Equal([CertificateVersionState.Live, CertificateVersionState.Former], (await l.GetAsync(l.Name)).Versions.Select(v => v.State));
    }

    [Fact]
    public async Task Deploy_FormerVersion_IsTheWayBack()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var first = await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        Assert.Equal(ServedState.Live, (await l.DeployAsync(l.Name, 1)).State);
        Assert.Equal(CertificateLab.Four(first), await l.ServedAsync());
    }

    [Fact]
    public async Task Deploy_PostfixDoesNotTakeTheReload_FormerFilesAreBackAndStillServed()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var live = await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        var before = (await l.Reach.ReadAsync(l.OwnFile, Ct))!.Content.ToArray();
        var refused = 0;
        l.Reach.Instead = command => command is ["postfix", .., "reload"] && refused++ == 0 ? new CommandResult(1, "", "postfix/postfix-script: fatal: the Postfix mail system is not running") : null;

        Expect.Accepted(await l.ImportAsync(l.Name, l.Authority.Issue(l.Name)));
        var served = await l.DeployAsync(l.Name);

        Assert.Equal(ServedState.Failed, served.State);
        Assert.Contains("The former files are back", served.Sentence);
        Assert.Equal(before, (await l.Reach.ReadAsync(l.OwnFile, Ct))!.Content.ToArray());
        Assert.Equal(CertificateLab.Four(live), await l.ServedAsync());
        var details = await l.GetAsync(l.Name);
        Assert.Equal([CertificateVersionState.TakenBack, CertificateVersionState.Live], details.Versions.Select(v => v.State));
        Assert.Equal(CertificateState.Urgent, details.View.State);
        await using var db = await l.Database.OpenAsync();
        Assert.Equal(GenerationState.ReturnedToFormer, (await db.Generations.OrderBy(g => g.Id).LastAsync(Ct)).State);
    }

    [Fact]
    public async Task Deploy_DaemonsGoOnServingTheOldOne_IsNoticedAtTheSocketAndTakenBack()
    {
        await using var l = await CertificateLab.CreateAsync(lab, servedWithin: 1);
        var live = await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        // Every command is said to have worked, and did nothing.
        l.Reach.Instead = command => command is ["postfix", .., "reload"] or ["doveadm", .., "reload"] or ["kill", ..] ? new CommandResult(0, "", "") : null;

        Expect.Accepted(await l.ImportAsync(l.Name, l.Authority.Issue(l.Name)));
        var served = await l.DeployAsync(l.Name);

        Assert.Equal(ServedState.Failed, served.State);
        Assert.Contains("does not serve it", served.Sentence);
        Assert.Equal(CertificateLab.Four(live), await l.ServedAsync());
    }

    [Fact]
    public async Task Deploy_PortalDiesAfterWriting_NextStartPutsTheFormerFilesBack()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var live = await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        Expect.Accepted(await l.ImportAsync(l.Name, l.Authority.Issue(l.Name)));
        l.Reach.Instead = command => command is ["postfix", .., "reload"] ? throw new InvalidOperationException("the portal died here") : null;
        await Assert.ThrowsAsync<InvalidOperationException>(() => l.DeployAsync(l.Name));
        l.Reach.Instead = _ => null;

        await l.Deployment.RecoverAsync(Ct);

        Assert.Equal(live.ToFile(), (await l.Reach.ReadAsync(l.OwnFile, Ct))!.Content.ToArray());
        Assert.Equal(CertificateLab.Four(live), await l.ServedAsync());
        await using var db = await l.Database.OpenAsync();
        Assert.Equal(0, await db.Generations.CountAsync(g => g.State == GenerationState.Applying, Ct));
    }

    [Fact]
    public async Task Deploy_FurtherName_IsServedToThoseWhoAskForItAndAgainAfterItsRenewal()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var own = await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        await l.LiveAsync("mail.other.test", l.Authority.Issue("mail.other.test", "smtp.other.test"));
        var renewed = await l.LiveAsync("mail.other.test", l.Authority.Issue("mail.other.test", "smtp.other.test"));

        Assert.Equal(CertificateLab.Four(renewed), await l.ServedAsync("mail.other.test"));
        Assert.Equal(CertificateLab.Four(renewed), await l.ServedAsync("smtp.other.test"));
        Assert.Equal(CertificateLab.Four(own), await l.ServedAsync());
        Assert.Equal(CertificateLab.Four(own), await l.ServedAsync("unknown.test"));
        // The compiled table holds keys.
        var files = await l.Reach.ListAsync(Path.GetDirectoryName(l.OwnFile)!, Ct);
        Assert.All(files, f => Assert.Equal(OwnerOnly, f.Mode));

        var gone = Expect.Accepted(await l.Service.RemoveAsync("mail.other.test", CertificateLab.Root, Core.Data.ChangeOptions.Default, Ct));
        Assert.True(gone.State == ServedState.Live, gone.Sentence);
        Assert.Equal(CertificateLab.Four(own), await l.ServedAsync("mail.other.test"));
    }

    [Fact]
    public async Task Deploy_RsaBesideEcdsa_ServesBoth()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        var (ecdsa, rsa) = (l.Authority.Issue(l.Name), l.Authority.Issue([l.Name], TimeProvider.System.GetUtcNow().AddHours(-1), TimeSpan.FromDays(90), rsa: true));
        Expect.Accepted(await l.ImportAsync(l.Name, ecdsa, rsa));
        var served = await l.DeployAsync(l.Name);
        Assert.True(served.State == ServedState.Live, $"{served.Sentence}\n{lab.Log()}");
        var ports = (await l.GetAsync(l.Name)).View.Ports;
        Assert.Equal(8, ports.Count);
        Assert.Equal([TestAuthority.Fingerprint(ecdsa), TestAuthority.Fingerprint(rsa)], ports.Select(p => p.Served).Distinct());
        // The baseline leaves the second chain alone.
        await lab.Baseline.ApplyAsync(lab.Host, Ct);
        Assert.All(Expect.Accepted(await l.Deployment.VerifyAsync(l.Name, CertificateLab.Root, Ct)), p => Assert.True(p.IsServed, p.Problem));
        await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
    }

    [Fact]
    public async Task Verify_FileChangedBehindItsBack_IsAFinding()
    {
        await using var l = await CertificateLab.CreateAsync(lab);
        await l.LiveAsync(l.Name, l.Authority.Issue(l.Name));
        await l.Reach.WriteAsync([new HostFileWrite(l.OwnFile, l.Authority.Issue(l.Name).ToFile(), OwnerOnly, "root", "root")], Ct);
        await new Daemons(l.Reach, lab.Host).ReloadAsync(Ct);

        // Postfix's processes change over one by one.
        IReadOnlyList<Core.Certificates.Serving.ServedPort> ports;
        var patience = TimeProvider.System.GetUtcNow().AddSeconds(20);
        do ports = Expect.Accepted(await l.Deployment.VerifyAsync(l.Name, CertificateLab.Root, Ct));
        while (ports.Any(p => p.IsServed) && TimeProvider.System.GetUtcNow() < patience);

        Assert.All(ports, p => Assert.False(p.IsServed));
        var view = (await l.GetAsync(l.Name)).View;
        Assert.Equal(CertificateState.Wrong, view.State);
        Assert.Contains("serve the certificate that is stored", view.Sentence);
        Assert.Equal(ServedState.Live, (await l.DeployAsync(l.Name)).State);
        Assert.Equal(CertificateState.Good, (await l.GetAsync(l.Name)).View.State);
    }
}
