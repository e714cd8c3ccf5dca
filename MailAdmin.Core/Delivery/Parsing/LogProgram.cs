namespace MailAdmin.Core.Delivery.Parsing;

/// <summary>Whose words a line holds.</summary>
internal enum Daemon
{
    /// <summary>A program that is not of the mail server.</summary>
    Foreign,
    /// <summary>A part of Postfix without lines about messages: master, anvil, tlsmgr, …</summary>
    PostfixOther,
    Smtpd,
    Postscreen,
    Cleanup,
    Qmgr,
    Delivery,
    Bounce,
    Pickup,
    Postsuper,
    /// <summary>Any of Dovecot's processes, under the one name <c>dovecot</c>.</summary>
    Dovecot,
    /// <summary>A process of Dovecot that writes its own log, with its name where syslog has <c>dovecot</c>.</summary>
    DovecotProcess,
}

/// <summary>The program that wrote a line.</summary>
/// <param name="Daemon">Which it is.</param>
/// <param name="Name">As logged, without process number: <c>postfix/submission/smtpd</c>.</param>
/// <param name="Service">Without the name of a default instance: <c>submission/smtpd</c>, <c>postfix-out/smtp</c>.</param>
internal sealed record LogProgram(Daemon Daemon, string Name, string Service)
{
    /// <summary>No program could be read.</summary>
    public static readonly LogProgram None = new(Daemon.Foreign, "", "");

    /// <summary>Tells a program by its name. Postfix names have a slash, and may have more: an own name for a service, another for an instance.</summary>
    public static LogProgram Of(string name)
    {
        var slash = name.LastIndexOf('/');
        if (slash < 0) return new LogProgram(name == "dovecot" ? Daemon.Dovecot : DovecotProcesses.Contains(name) ? Daemon.DovecotProcess : Daemon.Foreign, name, name);
        var daemon = OfPostfix(name[(slash + 1)..]);
        return new LogProgram(daemon, name, name.StartsWith("postfix/", StringComparison.Ordinal) ? name["postfix/".Length..] : name);
    }

    private static Daemon OfPostfix(string daemon) => daemon switch
    {
        "smtpd" => Daemon.Smtpd,
        "postscreen" => Daemon.Postscreen,
        "cleanup" => Daemon.Cleanup,
        "qmgr" or "nqmgr" or "oqmgr" => Daemon.Qmgr,
        "smtp" or "lmtp" or "virtual" or "local" or "pipe" or "error" or "retry" or "discard" or "relay" => Daemon.Delivery,
        "bounce" or "defer" or "trace" => Daemon.Bounce,
        "pickup" => Daemon.Pickup,
        "postsuper" => Daemon.Postsuper,
        "master" or "anvil" or "tlsmgr" or "tlsproxy" or "scache" or "trivial-rewrite" or "rewrite" or "verify" or "flush" or "proxymap" or "proxywrite" or "postlogd" or "postlog"
            or "dnsblog" or "showq" or "qmqpd" or "spawn" or "sendmail" or "postdrop" or "postqueue" or "postmap" or "postalias" or "postcat" or "postconf" or "postfix-script" or "postmulti"
            or "postkick" or "postlock" or "postfix" or "tls-policy" => Daemon.PostfixOther,
        _ => Daemon.Foreign,
    };

    private static readonly HashSet<string> DovecotProcesses =
    [
        "imap-login", "pop3-login", "submission-login", "managesieve-login", "imap", "pop3", "submission", "managesieve", "lmtp", "lda", "master", "auth", "auth-worker", "anvil",
        "config", "log", "stats", "indexer", "indexer-worker", "dict", "dict-async", "doveadm", "doveconf", "replicator", "quota-status", "director", "imap-hibernate", "imap-urlauth", "ssl-params", "aggregator", "dns-client", "old-stats", "script", "script-login", "welcome", "health-check",
    ];
}
