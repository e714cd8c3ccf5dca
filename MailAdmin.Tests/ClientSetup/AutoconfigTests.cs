using System.Runtime.CompilerServices;
using System.Text;
using MailAdmin.Core.ClientSetup;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.ClientSetup;

public sealed class AutoconfigTests
{
    [Fact]
    public void Write_AllPorts_IsTheGoldenFile()
    {
        var golden = File.ReadAllBytes(GoldenFile());
        var written = Autoconfig.Write(ClientSettings.Of("example.test", "mail.example.test", new HostPorts()));
        Assert.Equal(Encoding.UTF8.GetString(golden), Encoding.UTF8.GetString(written));
        Assert.Equal((byte)'<', written[0]);     // no byte-order mark
    }

    [Fact]
    public void Write_ServicesThatAreOff_AreNotNamed()
    {
        var text = Encoding.UTF8.GetString(Autoconfig.Write(ClientSettings.Of("example.test", "mail.example.test", new HostPorts { Submissions = 0 })));
        Assert.DoesNotContain("465", text);
        Assert.Contains("STARTTLS", text);
        Assert.DoesNotContain("pop3", text);
        Assert.DoesNotContain("143", text);
    }

    [Fact]
    public void Of_VeryLongDomain_KeepsNamesShort()
    {
        var settings = ClientSettings.Of(string.Join('.', Enumerable.Repeat(new string('a', 60), 3)) + ".test", "mail.example.test", new HostPorts());
        Assert.True(settings.DisplayName.Length <= 60);
        Assert.True(settings.ShortName.Length <= 20);
    }

    private static string GoldenFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", "config-v1.1.xml");
}
