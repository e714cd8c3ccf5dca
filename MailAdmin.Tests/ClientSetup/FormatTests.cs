using System.Text;
using System.Xml;
using System.Xml.Linq;
using MailAdmin.Core.Addresses;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Probes.Clients;
using MailAdmin.Web.ClientSetup;

namespace MailAdmin.Tests.ClientSetup;

public sealed class FormatTests
{
    private static readonly ClientSettings Settings = ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts());
    private static readonly Address Alice = Address.Parse("alice@example.test");

    [Fact]
    public void Autodiscover_AllPorts_IsTheGoldenFile()
    {
        var written = Autodiscover.Write(Settings, Alice);
        Golden.Same("autodiscover.xml", written);
        Assert.DoesNotContain("EXCH", Encoding.UTF8.GetString(written));
        Assert.DoesNotContain("MobileSync", Encoding.UTF8.GetString(written));
        Assert.Null(FoundSettings.Objection(FoundSettings.OfAutodiscover(written), Settings));
    }

    [Fact]
    public void Autodiscover_V2_LeadsToTheXml()
    {
        Assert.Equal("""{"Protocol":"AutodiscoverV1","Url":"https://autodiscover.example.test/autodiscover/autodiscover.xml"}""", Encoding.UTF8.GetString(Autodiscover.WriteV2(Settings)));
    }

    [Fact]
    public void Autodiscover_InvalidRequest_IsCode600()
    {
        var root = XElement.Parse(Encoding.UTF8.GetString(Autodiscover.WriteInvalidRequest(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero))));
        Assert.Equal("600", root.Descendants().Single(e => e.Name.LocalName == "ErrorCode").Value);
    }

    [Theory]
    [InlineData("""<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>alice@example.test</EMailAddress></Request></Autodiscover>""", "alice@example.test")]
    [InlineData("""<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006"><Request><AcceptableResponseSchema>x</AcceptableResponseSchema><EMailAddress> bob@example.test </EMailAddress></Request></Autodiscover>""", "bob@example.test")]
    [InlineData("""<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><Autodiscover><Request><EMailAddress>&e;</EMailAddress></Request></Autodiscover>""", null)]     // outside entity
    [InlineData("""<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Autodiscover><Request><EMailAddress>&b;</EMailAddress></Request></Autodiscover>""", null)]     // growing entity
    [InlineData("<Autodiscover><Request></Request></Autodiscover>", null)]     // no address
    [InlineData("<Autodiscover><Request><EMailAddress><x/></EMailAddress></Request></Autodiscover>", null)]     // an element where text should be
    [InlineData("<EMailAddress>alice@example.test</EMailAddress>", null)]     // elsewhere
    [InlineData("not xml", null)]
    [InlineData("", null)]
    public void ReadRequest_AnyBody_FindsTheAddressOrNothing(string body, string? address) => Assert.Equal(address, Autodiscover.ReadRequest(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void AppleProfile_AllPorts_IsTheGoldenFile()
    {
        var written = AppleProfile.Write(Settings, Alice)!;
        Golden.Same("alice.mobileconfig", written);
        Assert.Null(FoundSettings.Objection(FoundSettings.OfProfile(written, out var isSigned), Settings));
        Assert.False(isSigned);
    }

    [Fact]
    public void AppleProfile_SameAddress_KeepsItsIdentity_AnotherHasAnother()
    {
        var (once, again, bob) = (AppleProfile.Identity(Settings, Alice, "profile"), AppleProfile.Identity(Settings, Alice, "profile"), AppleProfile.Identity(Settings, Address.Parse("bob@example.test"), "profile"));
        Assert.Equal(once, again);
        Assert.NotEqual(once, bob);
        Assert.NotEqual(once, AppleProfile.Identity(Settings, Alice, "mail"));
        Assert.Equal((8, 8), (once.Version, once.Variant & 0xC));
    }

    [Fact]
    public void AppleProfile_NoSubmission_IsNone() => Assert.Null(AppleProfile.Write(ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts { Submission = 0, Submissions = 0 }), Alice));

    [Fact]
    public void Manual_AllPorts_IsTheGoldenFile() => Golden.Same("manual.txt", Encoding.UTF8.GetBytes(ManualSettings.Write(Settings, Alice)));

    [Fact]
    public void Dns_AllPorts_AreTheGoldenLines() => Golden.Same("dns.txt", Encoding.UTF8.GetBytes(string.Concat(DnsAdvice.Of(Settings, "portal.example.test").Select(r => r.ZoneLine + "\n"))));

    [Fact]
    public void Dns_WhatIsOff_IsSaidToBeOff()
    {
        var records = DnsAdvice.Of(ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts { Submission = 0 }), null).ToDictionary(r => r.Name, r => r.Value);
        Assert.Equal("0 0 0 .", records["_submission._tcp.example.test"]);
        Assert.Equal("0 1 465 mail.example.test.", records["_submissions._tcp.example.test"]);
        Assert.Equal("mail.example.test.", records["autoconfig.example.test"]);
    }

    [Fact]
    public void QrCode_AnyText_IsAPictureWithoutScriptOrStyle()
    {
        var svg = Encoding.UTF8.GetString(QrCode.Svg("https://portal.example.test/mail/profile.mobileconfig?emailaddress=alice%40example.test"));
        var root = XElement.Parse(svg);
        Assert.Equal(["rect", "path"], root.Elements().Select(e => e.Name.LocalName));
        Assert.DoesNotContain("style", svg);
        Assert.StartsWith("data:image/svg+xml;base64,", QrCode.DataUri("x"));
    }

    [Fact]
    public void Formats_AreXmlWithoutDocumentTypeFromUs()
    {
        foreach (var written in new[] { Autoconfig.Write(Settings), Autodiscover.Write(Settings, Alice) })
        {
            using var strict = XmlReader.Create(new MemoryStream(written), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            while (strict.Read()) Assert.NotEqual(XmlNodeType.DocumentType, strict.NodeType);
        }
    }

    [Theory]
    [InlineData("<clientConfig><emailProvider><incomingServer type=\"imap\"><hostname>mail.example.test</hostname><port>143</port><socketType>plain</socketType></incomingServer></emailProvider></clientConfig>", "without TLS")]
    [InlineData("<clientConfig><emailProvider><incomingServer type=\"imap\"><hostname>elsewhere.test</hostname><port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>", "the mail host is mail.example.test")]
    [InlineData("<clientConfig><emailProvider><incomingServer type=\"imap\"><hostname>mail.example.test</hostname><port>995</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>", "not offered")]
    [InlineData("<clientConfig><emailProvider><incomingServer type=\"imap\"><hostname>mail.example.test</hostname><port>993</port><socketType>STARTTLS</socketType></incomingServer></emailProvider></clientConfig>", "wrong kind of TLS")]
    [InlineData("<clientConfig><emailProvider><incomingServer type=\"imap\"><hostname>mail.example.test</hostname><port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>", "no server for sending")]
    [InlineData("<clientConfig/>", "no IMAP server")]
    public void Objection_SettingsThatAreNotServed_SaysWhich(string xml, string words) => Assert.Contains(words, FoundSettings.Objection(FoundSettings.OfAutoconfig(Encoding.UTF8.GetBytes(xml)), Settings));

    [Theory]
    [InlineData("<html><body>It works</body></html>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><clientConfig>&a;</clientConfig>")]
    [InlineData("<clientConfig>")]
    [InlineData("")]
    public void OfAutoconfig_SomethingElse_IsAFormatException(string body) => Assert.Throws<FormatException>(() => FoundSettings.OfAutoconfig(Encoding.UTF8.GetBytes(body)));
}
