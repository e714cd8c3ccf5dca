using System.Xml;

namespace MailAdmin.Core.ClientSetup;

/// <summary>The file config-v1.1.xml that Thunderbird and others ask for.</summary>
/// <remarks>Format 1.1 of Mozilla's autoconfiguration, the part that draft-ietf-mailmaint-autoconfig keeps.</remarks>
public static class Autoconfig
{
    /// <summary>The file: UTF-8 without byte-order mark, lines ended by LF.</summary>
    public static byte[] Write(ClientSettings settings) => Formats.Xml(xml =>
    {
        xml.WriteStartElement("clientConfig");
        xml.WriteAttributeString("version", "1.1");
        xml.WriteStartElement("emailProvider");
        xml.WriteAttributeString("id", settings.Domain);
        xml.WriteElementString("domain", settings.Domain);
        xml.WriteElementString("displayName", settings.DisplayName);
        xml.WriteElementString("displayShortName", settings.ShortName);
        foreach (var server in settings.Incoming) WriteServer(xml, "incomingServer", "imap", settings, server);
        foreach (var server in settings.Outgoing) WriteServer(xml, "outgoingServer", "smtp", settings, server);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>The login name as the file says it: the client puts the user's address in.</summary>
    public static string UserName(ClientSettings settings) => settings.LoginDomain == settings.Domain ? "%EMAILADDRESS%" : $"%EMAILLOCALPART%@{settings.LoginDomain}";

    private static void WriteServer(XmlWriter xml, string element, string type, ClientSettings settings, ClientServer server)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("type", type);
        xml.WriteElementString("hostname", settings.HostName);
        xml.WriteElementString("port", Formats.Number(server.Port));
        xml.WriteElementString("socketType", server.Tls == ClientTls.Implicit ? "SSL" : "STARTTLS");
        // PLAIN inside TLS. "password-encrypted" would mean CRAM-MD5, which needs stored clear passwords.
        xml.WriteElementString("authentication", "password-cleartext");
        xml.WriteElementString("username", UserName(settings));
        xml.WriteEndElement();
    }
}
