using MailAdmin.Core.Hosts;
using MailAdmin.Tests.Fakes;

namespace MailAdmin.Tests.Hosts;

/// <summary>The fake keeps the promises of the real one.</summary>
public sealed class FakeMailHostTests : MailHostContractTests
{
    private readonly FakeMailHost _host = new();

    protected override IMailHost Host => _host;

    protected override string Root => "/srv/test";

    protected override void FailAt(int act) => _host.FailAt = act == 0 ? 0 : _host.Acts + act;

    protected override IEnumerable<string> Strays(string folder) =>
        _host.Files.Keys.Where(path => Path.GetDirectoryName(path) == $"{Root}/{folder}" && Path.GetFileName(path) is not ("1" or "2" or "3"));
}
