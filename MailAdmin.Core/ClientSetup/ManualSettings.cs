using System.Globalization;
using System.Text;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.ClientSetup;

/// <summary>What a person types into a mail program that finds nothing by itself.</summary>
public static class ManualSettings
{
    /// <summary>Plain text with lines ended by LF, to be read or sent on.</summary>
    public static string Write(ClientSettings settings, Address address)
    {
        var text = new StringBuilder();
        Line("Mail settings for", address.ToString());
        text.Append('\n');
        Line("User name", settings.LoginOf(address));
        Line("Password", "the mailbox's own; no app password is needed");
        foreach (var server in settings.Incoming) Server("Reading (IMAP)", server);
        foreach (var server in settings.Outgoing) Server("Sending (SMTP)", server);
        if (settings.Incoming.Count == 0) text.Append("\nReading by IMAP is not offered.\n");
        if (settings.Outgoing.Count == 0) text.Append("\nSending by submission is not offered.\n");
        return text.ToString();

        void Line(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name + ":",-18} {value}\n");
        void Server(string name, ClientServer server)
        {
            text.Append('\n').Append(name).Append('\n');
            Line("  Server", settings.HostName);
            Line("  Port", Formats.Number(server.Port));
            Line("  Encryption", server.Tls == ClientTls.Implicit ? "SSL/TLS" : "STARTTLS");
            Line("  Authentication", "normal password");
        }
    }
}
