using MailAdmin.Tests.Fixtures;
using Xunit;

namespace MailAdmin.Tests.Hosts;

[Collection(MailLabCollection.Name)]
public sealed class BaselineFromOutsideTests(MailLabFixture lab)
{
    [Fact]
    public void Start_NewFolder_Runs() => Assert.True(lab.Status.Running);
}
