using System.Globalization;
using System.Text.Json;
using System.Xml;
using MailAdmin.Core.Addresses;

namespace MailAdmin.Core.ClientSetup;

/// <summary>Outlook's Autodiscover, the plain XML form ("POX") and the look-up before it ("v2", JSON).</summary>
/// <remarks>Source: MS-OXDSCLI 2.2.4 and 3.1.5. Only IMAP and SMTP are named: a server that is not Exchange must never say it is, since other clients read this too.</remarks>
public static class Autodiscover
{
    /// <summary>The most bytes of a request that are read.</summary>
    public const int MostBytes = 8192;

    private const string Outer = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    private const string Inner = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    /// <summary>The address in a request; null when the body is not such a request. A document type is refused, nothing outside is read.</summary>
    public static string? ReadRequest(byte[] body)
    {
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(body), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostBytes, IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = true });
            while (xml.Read())
            {
                // Autodiscover / Request / EMailAddress; clients differ in the namespace.
                if (xml is { NodeType: XmlNodeType.Element, Depth: 2, LocalName: "EMailAddress" }) return xml.ReadElementContentAsString().Trim();
            }
            return null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The answer for an address of a domain that is hosted; whether the address exists plays no part.</summary>
    public static byte[] Write(ClientSettings settings, Address address) => Formats.Xml(xml =>
    {
        xml.WriteStartElement("Autodiscover", Outer);
        xml.WriteStartElement("Response", Inner);
        xml.WriteStartElement("User", Inner);
        xml.WriteElementString("DisplayName", Inner, address.ToString());
        xml.WriteEndElement();
        xml.WriteStartElement("Account", Inner);
        xml.WriteElementString("AccountType", Inner, "email");
        xml.WriteElementString("Action", Inner, "settings");
        foreach (var server in settings.Incoming) WriteProtocol(xml, "IMAP", settings, server, address);
        foreach (var server in settings.Outgoing) WriteProtocol(xml, "SMTP", settings, server, address);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>The answer to what is not a request (code 600).</summary>
    /// <param name="now">The moment, which the form asks for.</param>
    public static byte[] WriteInvalidRequest(DateTimeOffset now) => Formats.Xml(xml =>
    {
        xml.WriteStartElement("Autodiscover", Outer);
        xml.WriteStartElement("Response", Outer);
        xml.WriteStartElement("Error", Outer);
        xml.WriteAttributeString("Time", now.UtcDateTime.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("Id", "0");
        xml.WriteElementString("ErrorCode", Outer, "600");
        xml.WriteElementString("Message", Outer, "Invalid Request");
        xml.WriteElementString("DebugData", Outer, "");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>The answer of v2 for the protocol AutodiscoverV1: where the XML form is.</summary>
    public static byte[] WriteV2(ClientSettings settings) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["Protocol"] = "AutodiscoverV1", ["Url"] = $"https://autodiscover.{settings.Domain}/autodiscover/autodiscover.xml" }, Plain);

    /// <summary>The answer of v2 for a protocol that is not here, such as ActiveSync.</summary>
    public static byte[] WriteV2Refusal() =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["ErrorCode"] = "InvalidProtocol", ["ErrorMessage"] = "Supported: AutodiscoverV1." }, Plain);

    private static readonly JsonSerializerOptions Plain = new();

    private static void WriteProtocol(XmlWriter xml, string type, ClientSettings settings, ClientServer server, Address address)
    {
        xml.WriteStartElement("Protocol", Inner);
        xml.WriteElementString("Type", Inner, type);
        xml.WriteElementString("Server", Inner, settings.HostName);
        xml.WriteElementString("Port", Inner, Formats.Number(server.Port));
        xml.WriteElementString("DomainRequired", Inner, "off");
        xml.WriteElementString("LoginName", Inner, settings.LoginOf(address));
        xml.WriteElementString("SPA", Inner, "off");
        // "SSL" alone means TLS from the first byte; Encryption outranks it and can also say STARTTLS.
        xml.WriteElementString("SSL", Inner, "on");
        xml.WriteElementString("Encryption", Inner, server.Tls == ClientTls.Implicit ? "SSL" : "TLS");
        xml.WriteElementString("AuthRequired", Inner, "on");
        if (type == "SMTP")
        {
            xml.WriteElementString("UsePOPAuth", Inner, "on");
            xml.WriteElementString("SMTPLast", Inner, "off");
        }
        xml.WriteEndElement();
    }
}
