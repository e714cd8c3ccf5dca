using System.Runtime.CompilerServices;
using System.Text;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using Xunit;

namespace MailAdmin.Tests.Hosts;

/// <summary>The rendered include files, compared with files that were checked by hand against Dovecot's documentation.</summary>
public sealed class DovecotBaselineTests
{
    private static readonly Host System = new() { Name = "mail.example.test" };
    private static readonly Host Lab = new() { Name = "mail.example.test", Kind = HostKind.Lab, ManagedDirectory = "/tmp/lab/managed", MailRoot = "/tmp/lab/mail", Ports = new HostPorts { Imaps = 10993 } };
    private static readonly BaselineDetails Full = new("/var/spool/postfix", HasSieve: true, ManageSieve: true);
    private static readonly BaselineDetails Bare = new("/tmp/lab/spool", HasSieve: false, ManageSieve: false);

    [Fact]
    public void Render_23_IsAsTheGoldenFilesSay()
    {
        AssertGolden("dovecot-2.3-system.conf", DovecotBaseline23.Render(System, Full));
        AssertGolden("dovecot-2.3-lab.conf", DovecotBaseline23.Render(Lab, Bare));
    }

    [Fact]
    public void Render_24_IsAsTheGoldenFilesSay()
    {
        AssertGolden("dovecot-2.4-system.conf", DovecotBaseline24.Render(System, Full));
        AssertGolden("dovecot-2.4-lab.conf", DovecotBaseline24.Render(Lab, Bare));
    }

    [Theory]
    [InlineData("2.3.19.1", DovecotDialect.V23)]
    [InlineData("2.3.4.1 (f79e8e7e4)", DovecotDialect.V23)]
    [InlineData("2.4.0", DovecotDialect.V24)]
    [InlineData("2.4.1-4 (7d8c0e5759)", DovecotDialect.V24)]
    [InlineData("3.1.0", DovecotDialect.V24)]
    public void Dialect_OfAVersion(string version, DovecotDialect dialect) => Assert.Equal(dialect, DovecotDialects.Of(version));

    [Theory]
    [InlineData("2.2.36")]
    [InlineData("1.2.17")]
    [InlineData("")]
    [InlineData("dovecot")]
    public void Dialect_OfWhatWeDoNotWriteFor_IsRefused(string version) => Assert.Throws<NotSupportedException>(() => DovecotDialects.Of(version));

    [Fact]
    public void WithoutSystemUsers_CommentsTheIncludeOutOnce_AndLeavesOtherBytes()
    {
        var before = Encoding.Latin1.GetBytes("a = \u00e9\r\n  !include auth-system.conf.ext\n#!include auth-system.conf.ext\n!include auth-ldap.conf.ext");
        var after = DovecotIncludes.WithoutSystemUsers(before);
        Assert.Equal("a = \u00e9\r\n#mailadmin: only mailboxes log in here#   !include auth-system.conf.ext\n#!include auth-system.conf.ext\n!include auth-ldap.conf.ext", Encoding.Latin1.GetString(after));
        Assert.Equal(after, DovecotIncludes.WithoutSystemUsers(after));
    }

    private static void AssertGolden(string name, string text, [CallerFilePath] string here = "") =>
        Assert.Equal(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Golden", name)), text);
}
