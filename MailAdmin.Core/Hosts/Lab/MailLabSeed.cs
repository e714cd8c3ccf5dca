using System.Text;

namespace MailAdmin.Core.Hosts.Lab;

/// <summary>The files of a private host before the baseline: what a distribution's packages would have put there, and where its own parts lie. Pure.</summary>
internal static class MailLabSeed
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>main.cf comes last: where it stands, the seed is whole.</summary>
    public static IReadOnlyList<HostFileWrite> Files(MailLabFile lab, DovecotDialect dialect) =>
    [
        Write(lab.ToHost().DovecotConfiguration, DovecotConf(lab, dialect)),
        Write($"{lab.Root}/postfix/master.cf", MasterCf(lab)),
        Write($"{lab.Root}/postfix/main.cf", MainCf(lab)),
    ];

    private static HostFileWrite Write(string path, string text) => new(path, Encoding.UTF8.GetBytes(text), Readable, "root", "root");

    private static string MainCf(MailLabFile lab) => $"""
        # A private Postfix, made by "mailadmin lab".
        compatibility_level = 3.6
        queue_directory = {lab.Root}/spool
        data_directory = {lab.Root}/lib/postfix
        maillog_file = {lab.Root}/log/mail.log
        maillog_file_prefixes = {lab.Root}/log
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        smtpd_banner = $myhostname ESMTP $mail_name
        biff = no
        append_dot_mydomain = no
        alias_maps =
        alias_database =
        # Nothing leaves this machine: mail for other hosts bounces.
        default_transport = error:5.1.2 A private mail host delivers only to its own mailboxes

        """;

    private static string MasterCf(MailLabFile lab) => $"""
        # service type  private unpriv  chroot  wakeup  maxproc command + args
        127.0.0.1:{lab.Ports.Smtp} inet n - n - - smtpd
        pickup    unix  n       -       n       60      1       pickup
        cleanup   unix  n       -       n       -       0       cleanup
        qmgr      unix  n       -       n       300     1       qmgr
        tlsmgr    unix  -       -       n       1000?   1       tlsmgr
        rewrite   unix  -       -       n       -       -       trivial-rewrite
        bounce    unix  -       -       n       -       0       bounce
        defer     unix  -       -       n       -       0       bounce
        trace     unix  -       -       n       -       0       bounce
        verify    unix  -       -       n       -       1       verify
        flush     unix  n       -       n       1000?   0       flush
        proxymap  unix  -       -       n       -       -       proxymap
        proxywrite unix -       -       n       -       1       proxymap
        smtp      unix  -       -       n       -       -       smtp
        relay     unix  -       -       n       -       -       smtp
        showq     unix  n       -       n       -       -       showq
        error     unix  -       -       n       -       -       error
        retry     unix  -       -       n       -       -       error
        discard   unix  -       -       n       -       -       discard
        lmtp      unix  -       -       n       -       -       lmtp
        anvil     unix  -       -       n       -       1       anvil
        scache    unix  -       -       n       -       1       scache
        postlog   unix-dgram n  -       n       -       1       postlogd

        """;

    private static string DovecotConf(MailLabFile lab, DovecotDialect dialect) => (dialect == DovecotDialect.V24 ? "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n" : "") + $"""
        # A private Dovecot, made by "mailadmin lab".
        instance_name = mailadmin-lab
        base_dir = {lab.Root}/run
        state_dir = {lab.Root}/lib/dovecot
        log_path = {lab.Root}/log/mail.log
        log_timestamp = "%b %d %H:%M:%S dovecot: "
        listen = 127.0.0.1

        !include_try conf.d/*.conf

        """;
}
