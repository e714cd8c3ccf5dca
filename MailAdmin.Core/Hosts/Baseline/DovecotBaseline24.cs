namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>The baseline for Dovecot 2.4, as our own include file. Pure.</summary>
/// <remarks>
/// Read last. A value inside a named block outranks a user's own, so the quota block holds no limit: the global default is
/// "unlimited" and each passwd-file row carries <c>userdb_quota_storage_size</c>. Source: the Dovecot 2.4 manual, "Upgrading from 2.3 to 2.4", "quota", "passwd-file".
/// </remarks>
public static class DovecotBaseline24
{
    /// <summary>The file's text.</summary>
    public static string Render(Host host, BaselineDetails details) => $$"""
        {{BaselineLayout.Header}}. Changes made here are shown as drift and replaced; put yours in another file.

        protocols = imap lmtp{{(details.ManageSieve ? " sieve" : "")}}

        # TLS 1.2 or later, no password in clear text. RFC 8314, RFC 8996.
        ssl = required
        ssl_min_protocol = TLSv1.2
        ssl_server_cert_file = {{BaselineLayout.Certificate(host)}}
        ssl_server_key_file = {{BaselineLayout.Certificate(host)}}
        auth_allow_cleartext = no

        # Users: one passwd-file for each domain.
        auth_mechanisms = plain login
        auth_username_format = %{user | lower}
        passdb passwd-file {
          auth_username_format = %{user | lower}
          passwd_file_path = {{BaselineLayout.Passwd(host)}}/%{user | domain | lower}
        }
        userdb passwd-file {
          auth_username_format = %{user | lower}
          passwd_file_path = {{BaselineLayout.Passwd(host)}}/%{user | domain | lower}
          fields {
            uid:default = {{host.MailUser}}
            gid:default = {{host.MailUser}}
            home:default = {{host.MailRoot}}/%{user | domain | lower}/%{user | username | lower}
          }
        }
        first_valid_uid = 100
        first_valid_gid = 100

        # Mail.
        mail_driver = maildir
        mail_path = ~/Maildir
        mail_inbox_path =
        mail_privileged_group =
        recipient_delimiter = +
        lmtp_save_to_detail_mailbox = no
        namespace inbox {
          inbox = yes
          mailbox Drafts {
            auto = subscribe
            special_use = \Drafts
          }
          mailbox Junk {
            auto = subscribe
            special_use = \Junk
          }
          mailbox Sent {
            auto = subscribe
            special_use = \Sent
          }
          mailbox Trash {
            auto = subscribe
            special_use = \Trash
          }
        }

        # Quotas: each user's limit stands in the passwd-file; without one there is none.
        mail_plugins {
          quota = yes
        }
        protocol imap {
          mail_plugins {
            imap_quota = yes
          }
        }
        protocol lmtp {
          # The distribution's files may cut the domain off here.
          auth_username_format = %{user | lower}{{(details.HasSieve ? "\n  mail_plugins {\n    sieve = yes\n  }" : "")}}
        }
        quota "User quota" {
          driver = count
        }
        quota_status_success = DUNNO
        quota_status_nouser = DUNNO
        # Without the next line Dovecot 2.4.1 answers nothing at all to a message that does not fit.
        quota_status_toolarge = 552 5.2.2 Mailbox is full
        quota_status_overquota = 552 5.2.2 Mailbox is full{{(details.HasSieve ? "\nsieve_script personal {\n  driver = file\n  path = ~/sieve\n  active_path = ~/.dovecot.sieve\n}" : "")}}

        # IMAP with implicit TLS only.
        service imap-login {
          inet_listener imap {
            port = 0
          }
          inet_listener imaps {
            port = {{host.Ports.Imaps}}
            ssl = yes
          }
        }

        # Postfix asks here: delivery, passwords, quotas.
        service lmtp {
          unix_listener {{details.QueueDirectory}}/{{BaselineLayout.LmtpSocket}} {
            mode = 0600
            user = postfix
            group = postfix
          }
        }
        service auth {
          client_limit = 8192
          unix_listener {{details.QueueDirectory}}/{{BaselineLayout.AuthSocket}} {
            mode = 0660
            user = postfix
            group = postfix
          }
        }
        service quota-status {
          executable = quota-status -p postfix
          client_limit = 1
          unix_listener {{details.QueueDirectory}}/{{BaselineLayout.QuotaSocket}} {
            mode = 0600
            user = postfix
            group = postfix
          }
        }
        {{(host.Kind == HostKind.Lab ? """

        # A private host is tried with wrong passwords on purpose: no growing delay for the one address that everybody has.
        auth_failure_delay = 0
        service anvil {
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }

        """ : "")}}
        """.TrimEnd() + "\n";
}
