using System.Xml.Linq;

namespace MailAdmin.Tests.ClientSetup;

/// <summary>The grammar of config-v1.1.xml as the draft's schema has it, for the elements that MailAdmin writes: which, in which order, how often, with what in them.</summary>
internal static class AutoconfigSchema
{
    /// <summary>What is wrong; empty when nothing is.</summary>
    public static string Objection(XElement root)
    {
        var wrong = new List<string>();
        Expect(root.Name == "clientConfig" && (string?)root.Attribute("version") == "1.1" && root.Attributes().Count() == 1, "the root is clientConfig with version 1.1 alone");
        Expect(root.Elements().Count() == 1 && root.Elements().Single().Name == "emailProvider", "it holds one emailProvider");
        var provider = root.Elements().First();
        Expect(((string?)provider.Attribute("id"))?.All(char.IsAscii) == true, "the id is an ASCII domain");
        string[] order = ["domain", "displayName", "displayShortName", "incomingServer", "outgoingServer"];
        var places = provider.Elements().Select(e => Array.IndexOf(order, e.Name.LocalName)).ToList();
        Expect(places.All(p => p >= 0) && places.SequenceEqual(places.Order()), "only known elements, in order");
        Expect(provider.Elements("domain").Any() && provider.Elements("displayName").Count() == 1 && provider.Elements("displayShortName").Count() == 1, "domain, and the names once");
        foreach (var server in provider.Elements().Where(e => e.Name.LocalName.EndsWith("Server", StringComparison.Ordinal)))
        {
            Expect((server.Name.LocalName, (string?)server.Attribute("type")) is ("incomingServer", "imap") or ("outgoingServer", "smtp"), "a known type");
            Expect(server.Elements().Select(e => e.Name.LocalName).SequenceEqual(["hostname", "port", "socketType", "authentication", "username"]), "the five parts of a server");
            Expect(Uri.CheckHostName((string?)server.Element("hostname") ?? "") == UriHostNameType.Dns, "a host name");
            Expect(int.TryParse((string?)server.Element("port"), out var port) && port is > 0 and < 65536, "a port");
            Expect((string?)server.Element("socketType") is "SSL" or "STARTTLS", "TLS");
            Expect((string?)server.Element("authentication") == "password-cleartext", "a known authentication");
            Expect(((string?)server.Element("username"))?.StartsWith("%EMAIL", StringComparison.Ordinal) == true, "the user's own address as name");
        }
        return string.Join("; ", wrong);

        void Expect(bool holds, string rule)
        {
            if (!holds) wrong.Add(rule);
        }
    }
}
