using System.Text;
using System.Xml.Linq;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.ClientSetup;

public sealed class AutoconfigTests
{
    [Fact]
    public void Write_AllPorts_IsTheGoldenFile()
    {
        var written = Autoconfig.Write(ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts()));
        Golden.Same("config-v1.1.xml", written);
        Assert.Equal((byte)'<', written[0]);     // no byte-order mark
    }

    [Fact]
    public void Write_AliasDomain_LogsInAtTheDomainThatHasTheAccounts()
    {
        var written = Autoconfig.Write(ClientSettings.Of("example-alias.test", "example.test", "mail.example.test", new HostPorts()));
        Golden.Same("config-v1.1-alias.xml", written);
    }

    [Fact]
    public void Write_Anything_HasTheFormThatTheDraftPrescribes()
    {
        var written = Autoconfig.Write(ClientSettings.Of("xn--bcher-kva.test", null, "mail.example.test", new HostPorts()));
        Assert.Equal("", AutoconfigSchema.Objection(written));
        Assert.Equal("", AutoconfigSchema.Objection(Autoconfig.Write(ClientSettings.Of("example-alias.test", "example.test", "mail.example.test", new HostPorts { Submissions = 0 }))));
        var root = XElement.Parse(Encoding.UTF8.GetString(written));
        Assert.Equal("bücher.test", root.Descendants("displayName").Single().Value);
        Assert.Equal("xn--bcher-kva.test", root.Descendants("domain").Single().Value);
    }

    [Theory]
    [InlineData("<port>993</port>", "<port>0</port>"), InlineData("SSL", "TLS"), InlineData("password-cleartext", "plain"), InlineData("%EMAILADDRESS%", "%USER%"), InlineData("type=\"imap\"", "type=\"exchange\"")]
    [InlineData("version=\"1.1\"", "version=\"1.2\""), InlineData("<hostname>mail.example.test</hostname>", ""), InlineData("<domain>example.test</domain>", "<domain>b\u00fccher.test</domain>"), InlineData("<emailProvider", "<extra /><emailProvider")]
    public void Schema_WhatClientsWouldNotUnderstand_IsRefusedByIt(string right, string wrong)
    {
        var text = Encoding.UTF8.GetString(Autoconfig.Write(ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts())));
        Assert.Contains(right, text);
        Assert.NotEqual("", AutoconfigSchema.Objection(Encoding.UTF8.GetBytes(text.Replace(right, wrong, StringComparison.Ordinal))));
    }

    [Fact]
    public void Write_ServicesThatAreOff_AreNotNamed()
    {
        var text = Encoding.UTF8.GetString(Autoconfig.Write(ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts { Submissions = 0 })));
        Assert.DoesNotContain("465", text);
        Assert.Contains("STARTTLS", text);
        Assert.DoesNotContain("pop3", text);
        Assert.DoesNotContain("143", text);
    }

    [Fact]
    public void Of_PortSeenClosed_IsNotOffered()
    {
        var settings = ClientSettings.Of("example.test", null, "mail.example.test", new HostPorts(), port => port == 465);
        Assert.Equal(587, Assert.Single(settings.Outgoing).Port);
        Assert.Equal(993, Assert.Single(settings.Incoming).Port);
    }

    [Fact]
    public void Of_VeryLongDomain_KeepsNamesShort()
    {
        var settings = ClientSettings.Of(string.Join('.', Enumerable.Repeat(new string('a', 60), 3)) + ".test", null, "mail.example.test", new HostPorts());
        Assert.True(settings.DisplayName.Length <= 60);
        Assert.True(settings.ShortName.Length <= 20);
    }
}
