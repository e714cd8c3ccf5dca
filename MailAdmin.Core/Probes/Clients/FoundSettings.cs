using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Xml;
using System.Xml.Linq;
using MailAdmin.Core.ClientSetup;

namespace MailAdmin.Core.Probes.Clients;

/// <summary>A server as a client reads it from somebody's answer.</summary>
/// <param name="IsIncoming">True: mail is read there; false: it is sent there.</param>
/// <param name="HostName">As written, in lower case.</param>
/// <param name="Tls">How TLS begins; null when it is not used.</param>
/// <param name="Login">The login name as written; null when the format has none.</param>
public sealed record FoundServer(bool IsIncoming, string HostName, int Port, ClientTls? Tls, string? Login);

/// <summary>Reads the answers of the formats as clients do. Nothing outside the document is read; a document type is refused where the format has none.</summary>
public static class FoundSettings
{
    /// <summary>Thunderbird's config-v1.1.xml; empty when it names no IMAP or SMTP server.</summary>
    /// <exception cref="FormatException">It is not that format.</exception>
    public static IReadOnlyList<FoundServer> OfAutoconfig(byte[] body)
    {
        var root = Parse(body, DtdProcessing.Prohibit);
        if (root.Name.LocalName != "clientConfig") throw new FormatException($"The document is <{root.Name.LocalName}>, not <clientConfig>.");
        return [.. root.Descendants().Where(e => (e.Name.LocalName, (string?)e.Attribute("type")) is ("incomingServer", "imap") or ("outgoingServer", "smtp"))
            .Select(e => new FoundServer(e.Name.LocalName == "incomingServer", Text(e, "hostname"), Port(Text(e, "port")), Text(e, "socketType").ToUpperInvariant() switch { "SSL" => ClientTls.Implicit, "STARTTLS" => ClientTls.StartTls, _ => null }, Text(e, "username")))];
    }

    /// <summary>Outlook's Autodiscover answer; empty when it names no IMAP or SMTP server.</summary>
    /// <exception cref="FormatException">It is not that format, or it is an error.</exception>
    public static IReadOnlyList<FoundServer> OfAutodiscover(byte[] body)
    {
        var root = Parse(body, DtdProcessing.Prohibit);
        if (root.Name.LocalName != "Autodiscover") throw new FormatException($"The document is <{root.Name.LocalName}>, not <Autodiscover>.");
        if (root.Descendants().FirstOrDefault(e => e.Name.LocalName == "ErrorCode") is { } error) throw new FormatException($"The answer is the error {error.Value.Trim()}.");
        return [.. root.Descendants().Where(e => e.Name.LocalName == "Protocol" && Text(e, "Type") is "IMAP" or "SMTP")
            .Select(e => new FoundServer(Text(e, "Type") == "IMAP", Text(e, "Server"), Port(Text(e, "Port")), TlsOf(Text(e, "Encryption"), Text(e, "SSL")), Text(e, "LoginName")))];

        // Encryption outranks SSL (MS-OXDSCLI 2.2.4.1.1.2.7).
        static ClientTls? TlsOf(string encryption, string ssl) => encryption.ToUpperInvariant() switch
        {
            "SSL" => ClientTls.Implicit,
            "TLS" => ClientTls.StartTls,
            "" or "AUTO" => ssl.Equals("off", StringComparison.OrdinalIgnoreCase) ? null : ClientTls.Implicit,
            _ => null,
        };
    }

    /// <summary>Apple's profile, signed or not.</summary>
    /// <param name="isSigned">True when it is inside a signature that fits it; who signed is not judged.</param>
    /// <exception cref="FormatException">It is not that format, or the signature is broken.</exception>
    public static IReadOnlyList<FoundServer> OfProfile(byte[] body, out bool isSigned)
    {
        isSigned = body is [0x30, ..];
        if (isSigned)
        {
            try
            {
                var cms = new SignedCms();
                cms.Decode(body);
                cms.CheckSignature(verifySignatureOnly: true);
                body = cms.ContentInfo.Content;
            }
            catch (CryptographicException e)
            {
                throw new FormatException($"The signature does not fit: {e.Message}", e);
            }
        }
        // Apple's format has a document type; it is skipped, not read.
        var root = Parse(body, DtdProcessing.Ignore);
        if (root.Name.LocalName != "plist") throw new FormatException($"The document is <{root.Name.LocalName}>, not <plist>.");
        var mail = root.Descendants("dict").FirstOrDefault(d => Value(d, "EmailAccountType") is not null) ?? throw new FormatException("The profile sets up no mail account.");
        return [Server("Incoming", true), Server("Outgoing", false)];

        FoundServer Server(string way, bool isIncoming)
        {
            var port = Port(Value(mail, way + "MailServerPortNumber")?.Value ?? "");
            // "UseSSL" covers both; a device tries STARTTLS on 587.
            ClientTls? tls = Value(mail, way + "MailServerUseSSL")?.Name.LocalName == "true" ? port == 587 ? ClientTls.StartTls : ClientTls.Implicit : null;
            return new FoundServer(isIncoming, Value(mail, way + "MailServerHostName")?.Value.Trim().ToLowerInvariant() ?? "", port, tls, Value(mail, way + "MailServerUsername")?.Value);
        }
    }

    /// <summary>What is wrong with found settings, in words; null when each is one that is served and nothing needed is missing.</summary>
    public static string? Objection(IReadOnlyList<FoundServer> found, ClientSettings served)
    {
        foreach (var server in found)
        {
            var what = $"{(server.IsIncoming ? "reading" : "sending")} at {server.HostName} port {server.Port}";
            if (server.Tls is null) return $"It says {what} without TLS.";
            if (!server.HostName.Equals(served.HostName, StringComparison.OrdinalIgnoreCase)) return $"It says {what}; the mail host is {served.HostName}.";
            if (!(server.IsIncoming ? served.Incoming : served.Outgoing).Any(s => s.Port == server.Port)) return $"It says {what}, which is not offered.";
            if (!(server.IsIncoming ? served.Incoming : served.Outgoing).Any(s => s.Port == server.Port && s.Tls == server.Tls)) return $"It says {what} with the wrong kind of TLS.";
        }
        if (!found.Any(s => s.IsIncoming)) return "It names no IMAP server.";
        return found.Any(s => !s.IsIncoming) ? null : "It names no server for sending.";
    }

    private static XElement Parse(byte[] body, DtdProcessing types)
    {
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(body), new XmlReaderSettings { DtdProcessing = types, XmlResolver = null, MaxCharactersInDocument = 256 << 10 });
            return XElement.Load(xml);
        }
        catch (XmlException e)
        {
            throw new FormatException($"The answer is not XML: {e.Message}", e);
        }
    }

    private static XElement? Value(XElement dict, string key) => dict.Elements("key").FirstOrDefault(k => k.Value == key)?.ElementsAfterSelf().FirstOrDefault();

    private static string Text(XElement parent, string name) => parent.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";

    private static int Port(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;
}
