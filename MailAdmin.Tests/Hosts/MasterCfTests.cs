using System.Text;
using CsCheck;
using MailAdmin.Core.Hosts;
using MailAdmin.Core.Hosts.Baseline;
using Xunit;

namespace MailAdmin.Tests.Hosts;

public sealed class MasterCfTests
{
    private static readonly Gen<string> AnyLine = Gen.OneOf(
        MainCfTests.OneOf("smtp inet n - y - - smtpd", "submission inet n - y - - smtpd", "  -o smtpd_tls_security_level=may", "  -o { content_filter = a b }", "#submission inet n - y - - smtpd", "#  -o x=y",
            "127.0.0.1:465 inet n - - - - smtpd -v", "uucp unix - n n - - pipe", "  flags=Fqhu user=uucp argv=uux -r -n ($recipient)", "too few columns", "", " \t "),
        MainCfTests.AnyLine);

    private static readonly Gen<byte[]> AnyFile =
        Gen.Select(AnyLine.Array[0, 25], Gen.Bool).Select((lines, ends) => Encoding.Latin1.GetBytes(string.Join('\n', lines) + (ends ? "\n" : "")));

    [Fact]
    public void Print_AnyFile_IsWhatWasParsed() => AnyFile.Sample(file => MasterCf.Parse(file).Print().AsSpan().SequenceEqual(file));

    [Fact]
    public void Edit_AnyFile_OpensTheListenersAndIsStable() => AnyFile.Sample(file =>
    {
        var host = new Host { Name = "mail.example.test" };
        var master = MasterCf.Parse(file);
        PostfixBaseline.Edit(master, host);
        foreach (var port in (int[])[587, 465])
            Assert.Equal("yes", master.Services.First(service => service.Port == port).Options.Last(o => o.Key == "smtpd_sasl_auth_enable").Value);
        var printed = master.Print();
        var again = MasterCf.Parse(printed);
        PostfixBaseline.Edit(again, host);
        Assert.Equal(Encoding.Latin1.GetString(printed), Encoding.Latin1.GetString(again.Print()));
    });

    [Fact]
    public void Edit_ForeignServicesAndOptions_Stay()
    {
        const string file = """
            # mine
            smtp      inet  n       -       y       -       -       smtpd
              -o content_filter=smtp-amavis:[127.0.0.1]:10024
              -o smtpd_sasl_auth_enable=yes
            submission inet n - y - - smtpd -v
              -o { smtpd_milters = inet:127.0.0.1:8891, inet:127.0.0.1:8893 }
            # between
            amavis unix - - - - 2 smtp
              -o disable_dns_lookups=yes

            """;
        var master = MasterCf.Parse(Encoding.ASCII.GetBytes(file));
        PostfixBaseline.Edit(master, new Host { Name = "mail.example.test" });
        var text = Encoding.ASCII.GetString(master.Print());
        Assert.Contains("# between\namavis unix - - - - 2 smtp\n  -o disable_dns_lookups=yes\n", text, StringComparison.Ordinal);
        Assert.Contains("smtpd -v\n  -o { smtpd_milters = inet:127.0.0.1:8891, inet:127.0.0.1:8893 }\n  -o syslog_name=postfix/submission\n", text, StringComparison.Ordinal);
        var smtp = master.Services.First(service => service.Port == 25);
        Assert.Equal(["content_filter"], smtp.Options.Select(option => option.Key));
        Assert.Equal("y", master.Services.Single(service => service.Port == 465).Columns[MasterService.Chroot]);
    }

    [Fact]
    public void Parse_OptionForms_AreAllUnderstood()
    {
        var service = MasterService.Parse("smtp inet n - y - - smtpd -ofirst=1 -o second=2 -o {third=3 and more} -o{ fourth = 4 } -v\n");
        Assert.Equal([new("first", "1"), new("second", "2"), new("third", "3 and more"), new("fourth", "4")], service!.Options);
        Assert.Equal(["-v"], service.Arguments);
    }
}
