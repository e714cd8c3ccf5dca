using MailAdmin.Core.Hosts;

namespace MailAdmin.Tests.Fakes;

/// <summary>Reaches one host, whichever is asked for.</summary>
public sealed class FakeMailHosts(IMailHost only) : IMailHosts
{
    public IMailHost Reach(Host host) => only;
}
