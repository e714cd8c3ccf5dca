using System.Security.Cryptography;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Core.Hosts.Lab;
using Xunit;

namespace MailAdmin.Tests.Fixtures;

/// <summary>One real Postfix and Dovecot for all tests of a collection: free ports, own folder, stopped and removed at the end.</summary>
public sealed class MailLabFixture : IAsyncLifetime
{
    public const string Domain = "example.test";

    /// <summary>The domain that this one is made for.</summary>
    internal string Served { get; init; } = Domain;

    public string Directory { get; } = $"/tmp/ma-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";

    public IMailHosts Hosts { get; } = new LocalMailHosts(TimeProvider.System);

    public HostBaseline Baseline { get; }

    public MailLab Lab { get; }

    public MailLabStatus Status { get; private set; } = null!;

    public Host Host { get; private set; } = null!;

    public IMailHost Reach => Hosts.Reach(Host);

    public MailLabFixture()
    {
        var inspector = new HostInspector(Hosts, TimeProvider.System);
        Baseline = new HostBaseline(Hosts, inspector, new BaselineProbe(TimeProvider.System), TimeProvider.System);
        Lab = new MailLab(Hosts, inspector, Baseline);
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            Status = await Lab.StartAsync(Directory, Served, FreePorts.Four(), CancellationToken.None);
            Host = await Lab.HostAsync(Directory, CancellationToken.None);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The private host did not start: {e.Message}\n{Log()}", e);
        }
    }

    /// <summary>Both daemons' log, for the message of a failed test.</summary>
    public string Log()
    {
        var path = $"{Directory}/log/mail.log";
        return File.Exists(path) ? File.ReadAllText(path) : "(no log)";
    }

    /// <summary>Runs a program for its daemons, which must succeed.</summary>
    public async Task RunAsync(params string[] command)
    {
        var result = await Reach.RunAsync(command);
        Assert.True(result.Succeeded, $"{string.Join(' ', command)}: {result.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists($"{Directory}/postfix/main.cf")) await Lab.StopAsync(Directory, CancellationToken.None);
        if (System.IO.Directory.Exists(Directory)) System.IO.Directory.Delete(Directory, recursive: true);
    }
}

/// <summary>All tests that share one private host.</summary>
[CollectionDefinition(Name)]
public sealed class MailLabCollection : ICollectionFixture<MailLabFixture>
{
    public const string Name = "mail lab";
}
