using System.Globalization;
using System.Text;
using System.Xml;

namespace MailAdmin.Core.ClientSetup;

/// <summary>The file config-v1.1.xml that Thunderbird and others ask for.</summary>
/// <remarks>Format 1.1 of Mozilla's autoconfiguration, the part that draft-ietf-mailmaint-autoconfig keeps.</remarks>
public static class Autoconfig
{
    /// <summary>The file: UTF-8 without byte-order mark, lines ended by LF.</summary>
    public static byte[] Write(ClientSettings settings)
    {
        using var file = new MemoryStream();
        using (var xml = XmlWriter.Create(file, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("clientConfig");
            xml.WriteAttributeString("version", "1.1");
            xml.WriteStartElement("emailProvider");
            xml.WriteAttributeString("id", settings.Domain);
            xml.WriteElementString("domain", settings.Domain);
            xml.WriteElementString("displayName", settings.DisplayName);
            xml.WriteElementString("displayShortName", settings.ShortName);
            foreach (var server in settings.Incoming) WriteServer(xml, "incomingServer", "imap", settings.HostName, server);
            foreach (var server in settings.Outgoing) WriteServer(xml, "outgoingServer", "smtp", settings.HostName, server);
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndDocument();
        }
        file.WriteByte((byte)'\n');
        return file.ToArray();
    }

    private static void WriteServer(XmlWriter xml, string element, string type, string hostName, ClientServer server)
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("type", type);
        xml.WriteElementString("hostname", hostName);
        xml.WriteElementString("port", server.Port.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("socketType", server.Tls == ClientTls.Implicit ? "SSL" : "STARTTLS");
        // PLAIN inside TLS. "password-encrypted" would mean CRAM-MD5, which needs stored clear passwords.
        xml.WriteElementString("authentication", "password-cleartext");
        xml.WriteElementString("username", "%EMAILADDRESS%");
        xml.WriteEndElement();
    }
}
