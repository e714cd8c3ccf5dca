namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>What the baseline wants of Postfix, as edits to main.cf and master.cf. Pure.</summary>
/// <remarks>
/// Virtual domains only; relaying only for who logged in, whatever address they come from; AUTH only on the submission ports
/// and only inside TLS 1.2 or later; a sender must own the address. Sources: postconf(5), SASL_README, TLS_README,
/// RFC 6409 (submission), RFC 8314 (implicit TLS), RFC 8996 (TLS 1.0 and 1.1 are deprecated).
/// </remarks>
public static class PostfixBaseline
{
    /// <summary>Sets the keys of main.cf.</summary>
    public static void Edit(MainCf main, Host host, HostCapabilities capabilities)
    {
        var type = MapType.Best(capabilities);
        string Table(string map) => type.Table(BaselineLayout.Map(host, map));
        bool IsOurs(string word) => word.EndsWith(":" + BaselineLayout.Map(host, "recipient_access"), StringComparison.Ordinal) || word.Contains($"unix:{BaselineLayout.QuotaSocket}", StringComparison.Ordinal);
        var refused = $"check_recipient_access {Table("recipient_access")}";
        // Without its own default action a stopped Dovecot would stop all mail here: delivery asks the quota again anyway.
        var quota = $"check_policy_service {{ unix:{BaselineLayout.QuotaSocket}, default_action=DUNNO, timeout=10s }}";

        main.Set("myhostname", host.Name);
        main.Set("mydestination", "");
        main.Set("virtual_mailbox_domains", Table("virtual_mailbox_domains"));
        main.Set("virtual_mailbox_maps", Table("virtual_mailbox_maps"));
        main.Set("virtual_alias_maps", Table("virtual_alias_maps"));
        main.Set("virtual_alias_domains", "");
        main.Set("virtual_transport", $"lmtp:unix:{BaselineLayout.LmtpSocket}");
        main.Set("recipient_delimiter", "+");

        main.Set("mynetworks", "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128");
        // No permit_mynetworks: see docs/decisions. Local programs use sendmail(1), which does not pass here.
        main.Set("smtpd_relay_restrictions", "permit_sasl_authenticated, reject_unauth_destination");
        main.Set("smtpd_recipient_restrictions", Restrictions.Merge(main.Get("smtpd_recipient_restrictions"), [refused, quota], IsOurs));
        main.Set("smtpd_helo_required", "yes");
        main.Set("disable_vrfy_command", "yes");
        if (ForbidsBareNewline(capabilities.PostfixVersion))
        {
            main.Set("smtpd_forbid_bare_newline", "yes");
            main.Set("smtpd_forbid_bare_newline_exclusions", "");
        }

        main.Set("smtpd_sasl_auth_enable", "no");
        main.Set("smtpd_sasl_type", "dovecot");
        main.Set("smtpd_sasl_path", BaselineLayout.AuthSocket);
        main.Set("smtpd_sasl_security_options", "noanonymous");
        main.Set("smtpd_sender_login_maps", Table("sender_login_maps"));
        main.Set("smtpd_tls_auth_only", "yes");
        main.Set("smtpd_tls_security_level", "may");
        // A second chain (RSA beside ECDSA) stands behind the first and stays.
        if (main.Get("smtpd_tls_chain_files")?.Split(',')[0].Trim() != BaselineLayout.Certificate(host)) main.Set("smtpd_tls_chain_files", BaselineLayout.Certificate(host));
        var protocols = Version(capabilities.PostfixVersion).CompareTo((3, 6, 0)) >= 0 ? ">=TLSv1.2" : "!SSLv2, !SSLv3, !TLSv1, !TLSv1.1";
        main.Set("smtpd_tls_protocols", protocols);
        main.Set("smtpd_tls_mandatory_protocols", protocols);

        // So that the log says how each connection was encrypted; who logs more goes on doing so.
        foreach (var level in (string[])["smtpd_tls_loglevel", "smtp_tls_loglevel"])
            if (main.Get(level) is null or "0") main.Set(level, "1");

        main.Set("mua_sender_restrictions", "reject_authenticated_sender_login_mismatch");
        main.Set("mua_relay_restrictions", "permit_sasl_authenticated, reject");
        main.Set("mua_recipient_restrictions", $"{refused}, {quota}, permit_sasl_authenticated, reject");

        main.Set("enable_long_queue_ids", "yes");
    }

    /// <summary>Sets the services of master.cf.</summary>
    public static void Edit(MasterCf master, Host host)
    {
        var smtp = master.Find(s => s.Port == host.Ports.Smtp);
        // A foreign hand may have switched AUTH on for port 25, or wrapped it in TLS.
        if (smtp is not null) master.Replace(smtp, smtp.Without("smtpd_sasl_auth_enable").Without("smtpd_tls_wrappermode"));
        else if (host.Ports.Smtp > 0) master.Add(Listener(host, host.Ports.Smtp, "smtp", "n"));
        var chroot = smtp?.Columns[MasterService.Chroot] ?? "n";

        Submission(master, host, host.Ports.Submission, "submission", chroot,
            s => s.With("smtpd_tls_security_level", "encrypt").Without("smtpd_tls_wrappermode"));
        Submission(master, host, host.Ports.Submissions, "submissions", chroot,
            s => s.With("smtpd_tls_wrappermode", "yes"));

        if (master.Find(s => s is { Name: "lmtp", Type: "unix" }) is null)
            master.Add(new MasterService("lmtp", "unix", ["-", "-", chroot, "-", "-"], "lmtp", [], []));
        if (master.Find(s => s.Name == "postlog") is null)
            master.Add(new MasterService("postlog", "unix-dgram", ["n", "-", "n", "-", "1"], "postlogd", [], []));
    }

    private static void Submission(MasterCf master, Host host, int port, string name, string chroot, Func<MasterService, MasterService> tls)
    {
        if (port == 0) return;
        var found = master.Find(s => s.Port == port);
        if (found is null) master.Add(found = Listener(host, port, name, chroot));
        master.Replace(found, tls(found
            .With("syslog_name", $"postfix/{name}"))
            .With("smtpd_tls_auth_only", "yes")
            .With("smtpd_sasl_auth_enable", "yes")
            // The restrictions of port 25 are for strangers.
            .With("smtpd_client_restrictions", "")
            .With("smtpd_helo_restrictions", "")
            .With("smtpd_sender_restrictions", "$mua_sender_restrictions")
            .With("smtpd_relay_restrictions", "$mua_relay_restrictions")
            .With("smtpd_recipient_restrictions", "$mua_recipient_restrictions")
            .With("milter_macro_daemon_name", "ORIGINATING"));
    }

    private static MasterService Listener(Host host, int port, string name, string chroot) =>
        new(host.Kind == HostKind.Lab ? $"{host.Address}:{port}" : port is 25 or 587 or 465 ? name : $"{port}", "inet", ["n", "-", chroot, "-", "-"], "smtpd", [], []);

    // SMTP smuggling (CVE-2023-51764): each stable series got the setting in one of its last releases.
    private static bool ForbidsBareNewline(string version) => Version(version) switch
    {
        ( > 3, _, _) or (3, >= 9, _) => true,
        (3, 8, var patch) => patch >= 4,
        (3, 7, var patch) => patch >= 9,
        (3, 6, var patch) => patch >= 13,
        (3, 5, var patch) => patch >= 23,
        _ => false,
    };

    private static (int Major, int Minor, int Patch) Version(string version)
    {
        var parts = version.Split('.', '-').Select(part => int.TryParse(part, out var number) ? number : 0).Append(0).Append(0).ToArray();
        return (parts[0], parts[1], parts[2]);
    }
}
