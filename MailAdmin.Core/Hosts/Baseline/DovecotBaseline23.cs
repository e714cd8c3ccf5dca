namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>The baseline for Dovecot 2.3, as our own include file. Pure.</summary>
/// <remarks>Later settings replace earlier ones and sections of one name merge, so this file is read last. Source: the Dovecot 2.3 manual.</remarks>
public static class DovecotBaseline23
{
    /// <summary>The file's text.</summary>
    public static string Render(Host host, BaselineDetails details) => $$"""
        {{BaselineLayout.Header}}. Changes made here are shown as drift and replaced; put yours in another file.

        protocols = imap lmtp{{(details.ManageSieve ? " sieve" : "")}}

        # TLS 1.2 or later, no password in clear text. RFC 8314, RFC 8996.
        ssl = required
        ssl_min_protocol = TLSv1.2
        ssl_cert = <{{BaselineLayout.Certificate(host)}}
        ssl_key = <{{BaselineLayout.Certificate(host)}}
        disable_plaintext_auth = yes

        # Users: one passwd-file for each domain.
        auth_mechanisms = plain login
        auth_username_format = %Lu
        passdb {
          driver = passwd-file
          args = username_format=%Lu {{BaselineLayout.Passwd(host)}}/%Ld
        }
        userdb {
          driver = passwd-file
          args = username_format=%Lu {{BaselineLayout.Passwd(host)}}/%Ld
          default_fields = uid={{host.MailUser}} gid={{host.MailUser}} home={{host.MailRoot}}/%Ld/%Ln
        }
        first_valid_uid = 100
        first_valid_gid = 100

        # Mail.
        mail_location = maildir:~/Maildir
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
        mail_plugins = $mail_plugins quota
        protocol imap {
          mail_plugins = $mail_plugins quota imap_quota
        }
        protocol lmtp {
          mail_plugins = $mail_plugins quota{{(details.HasSieve ? " sieve" : "")}}
        }
        plugin {
          quota = count:User quota
          quota_vsizes = yes
          quota_status_success = DUNNO
          quota_status_nouser = DUNNO
          quota_status_overquota = "552 5.2.2 Mailbox is full"{{(details.HasSieve ? "\n  sieve = file:~/sieve;active=~/.dovecot.sieve" : "")}}
        }

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
