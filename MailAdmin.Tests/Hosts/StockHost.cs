using System.Security.Cryptography;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using MailAdmin.Tests.Fixtures;

namespace MailAdmin.Tests.Hosts;

/// <summary>A host as Debian's packages leave it, in a folder of its own: their files, plus only what keeps it apart from the machine's own.</summary>
public sealed class StockHost : IAsyncDisposable
{
    public string Root { get; } = $"/tmp/ma-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";

    public Host Host { get; }

    public LocalMailHosts Hosts { get; } = new(TimeProvider.System);

    public HostBaseline Baseline { get; }

    public StockHost()
    {
        var ports = FreePorts.Four();
        Host = new Host
        {
            Name = "mail.example.test", Kind = HostKind.Lab, Ports = ports, PostfixDirectory = $"{Root}/postfix", DovecotConfiguration = $"{Root}/dovecot/dovecot.conf",
            ManagedDirectory = $"{Root}/managed", MailRoot = $"{Root}/mail", LogSources = [$"{Root}/log/mail.log"],
        };
        Baseline = new HostBaseline(Hosts, new HostInspector(Hosts, TimeProvider.System), new BaselineProbe(TimeProvider.System), TimeProvider.System);

        foreach (var folder in (string[])["postfix", "dovecot/conf.d", "spool", "log", "run", "lib/dovecot"]) Directory.CreateDirectory($"{Root}/{folder}");
        Directory.CreateDirectory($"{Root}/lib/postfix");
        File.WriteAllText($"{Root}/postfix/main.cf", File.ReadAllText("/usr/share/postfix/main.cf.debian") + $"""
            mydestination = $myhostname, vm,
            # folded
              localhost
            mynetworks = 127.0.0.0/8 10.0.0.0/8
            smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_pipelining, check_sender_access inline:({Foreign}=OK)
            inet_interfaces=127.0.0.1
            inet_protocols = ipv4
            queue_directory = {Root}/spool
            data_directory = {Root}/lib/postfix
            maillog_file = {Root}/log/mail.log
            maillog_file_prefixes = {Root}/log
            alias_maps =
            alias_database =

            """.Replace("inline:(", "inline:{", StringComparison.Ordinal).Replace("=OK)", "=OK}", StringComparison.Ordinal));
        // Port 25 belongs to the machine.
        File.WriteAllText($"{Root}/postfix/master.cf", File.ReadAllText("/usr/share/postfix/master.cf.dist").Replace("\nsmtp      inet", $"\n127.0.0.1:{ports.Smtp} inet", StringComparison.Ordinal));
        foreach (var path in Directory.EnumerateFiles("/usr/share/dovecot/conf.d")) File.Copy(path, $"{Root}/dovecot/conf.d/{Path.GetFileName(path)}");
        File.WriteAllText($"{Root}/dovecot/dovecot.conf", File.ReadAllText("/usr/share/dovecot/dovecot.conf") + $"""
            listen = 127.0.0.1
            base_dir = {Root}/run
            state_dir = {Root}/lib/dovecot
            log_path = {Root}/log/mail.log

            """);
    }

    public const string Foreign = "friend@elsewhere.test";

    public async Task PrepareAsync(CancellationToken ct) =>
        await Hosts.Reach(Host).EnsureDirectoryAsync($"{Root}/lib/postfix", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, "postfix", "postfix", ct);

    /// <summary>Every configuration file with its content.</summary>
    public SortedDictionary<string, string> Configuration() => new(
        ((string[])["postfix", "dovecot", "dovecot/conf.d"]).SelectMany(folder => Directory.EnumerateFiles($"{Root}/{folder}")).ToDictionary(path => path[Root.Length..], path => File.ReadAllText(path, System.Text.Encoding.Latin1)));

    public string Log() => File.Exists($"{Root}/log/mail.log") ? File.ReadAllText($"{Root}/log/mail.log") : "(no log)";

    public async ValueTask DisposeAsync()
    {
        await new Daemons(Hosts.Reach(Host), Host).StopAsync(CancellationToken.None);
        Directory.Delete(Root, recursive: true);
    }
}
