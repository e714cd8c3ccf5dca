using System.Security.Cryptography;
using System.Text;
using System.Xml;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.ClientSetup;

/// <summary>The configuration profile (.mobileconfig) with which iOS, iPadOS and macOS set up an account.</summary>
/// <remarks>Source: Apple's Configuration Profile Reference, payload com.apple.mail.managed. Holds no password: the device asks for it.</remarks>
public static class AppleProfile
{
    /// <summary>The media type that makes a device offer to install it.</summary>
    public const string ContentType = "application/x-apple-aspen-config";

    /// <summary>The property list, not signed. Null when the host offers no IMAP or no submission: a profile needs one of each.</summary>
    public static byte[]? Write(ClientSettings settings, Address address)
    {
        if (settings.Incoming is not [var incoming, ..] || settings.Outgoing is not [var outgoing, ..]) return null;
        var login = settings.LoginOf(address);
        return Formats.Xml(xml =>
        {
            xml.WriteDocType("plist", "-//Apple//DTD PLIST 1.0//EN", "http://www.apple.com/DTDs/PropertyList-1.0.dtd", null);
            xml.WriteStartElement("plist");
            xml.WriteAttributeString("version", "1.0");
            xml.WriteStartElement("dict");
            Array(xml, "PayloadContent", () =>
            {
                xml.WriteStartElement("dict");
                Text(xml, "EmailAccountDescription", address.ToString());
                Text(xml, "EmailAccountType", "EmailTypeIMAP");
                Text(xml, "EmailAddress", address.ToString());
                Server(xml, "IncomingMailServer", settings.HostName, incoming, login);
                Server(xml, "OutgoingMailServer", settings.HostName, outgoing, login);
                Flag(xml, "OutgoingPasswordSameAsIncomingPassword", true);
                Payload(xml, "com.apple.mail.managed", Identifier(settings, address) + ".mail", Identity(settings, address, "mail"), $"Mail for {address}");
                xml.WriteEndElement();
            });
            Text(xml, "PayloadDescription", $"Sets up {address}. The device asks for the password.");
            Text(xml, "PayloadOrganization", settings.DisplayName);
            Flag(xml, "PayloadRemovalDisallowed", false);
            Payload(xml, "Configuration", Identifier(settings, address), Identity(settings, address, "profile"), $"Mail for {address}");
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
    }

    /// <summary>The identifier of a profile or of its part: the same address on the same host always gets the same, so that installing again updates.</summary>
    /// <remarks>UUID version 8 (RFC 9562 5.8) from a SHA-256, since version 5 would need SHA-1.</remarks>
    public static Guid Identity(ClientSettings settings, Address address, string part)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"mailadmin apple profile\n{settings.HostName}\n{address}\n{part}")).AsSpan(0, 16);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash, bigEndian: true);
    }

    // Reverse DNS. The local part may hold what an identifier should not, so its identity stands for it.
    private static string Identifier(ClientSettings settings, Address address) =>
        $"{string.Join('.', settings.HostName.Split('.').Reverse())}.mailadmin.{Identity(settings, address, "name"):N}";

    private static void Server(XmlWriter xml, string name, string hostName, ClientServer server, string login)
    {
        Text(xml, name + "Authentication", "EmailAuthPassword");
        Text(xml, name + "HostName", hostName);
        xml.WriteElementString("key", name + "PortNumber");
        xml.WriteElementString("integer", Formats.Number(server.Port));
        Flag(xml, name + "UseSSL", true);
        Text(xml, name + "Username", login);
    }

    private static void Payload(XmlWriter xml, string type, string identifier, Guid uuid, string name)
    {
        Text(xml, "PayloadDisplayName", name);
        Text(xml, "PayloadIdentifier", identifier);
        Text(xml, "PayloadType", type);
        Text(xml, "PayloadUUID", uuid.ToString("D").ToUpperInvariant());
        xml.WriteElementString("key", "PayloadVersion");
        xml.WriteElementString("integer", "1");
    }

    private static void Array(XmlWriter xml, string key, Action write)
    {
        xml.WriteElementString("key", key);
        xml.WriteStartElement("array");
        write();
        xml.WriteEndElement();
    }

    private static void Text(XmlWriter xml, string key, string value)
    {
        xml.WriteElementString("key", key);
        xml.WriteElementString("string", value);
    }

    private static void Flag(XmlWriter xml, string key, bool value)
    {
        xml.WriteElementString("key", key);
        xml.WriteStartElement(value ? "true" : "false");
        xml.WriteEndElement();
    }
}
