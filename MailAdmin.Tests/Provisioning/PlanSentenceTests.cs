using MailAdmin.Core.Provisioning.Planning;
using MailAdmin.Core.Provisioning.Rendering;

namespace MailAdmin.Tests.Provisioning;

public sealed class PlanSentenceTests
{
    private const string Hash = "alice@example.test:{SHA512-CRYPT}$6$salt$data";

    [Theory]
    [InlineData("::::::", "::::::userdb_mailadmin=00000001", "Rewrite user alice@example.test (example.test).")]
    [InlineData("::::::userdb_quota_rule=*:bytes=5 userdb_mailadmin=00000001", "::::::userdb_quota_rule=*:bytes=5 userdb_mailadmin=00000002", "Rewrite user alice@example.test (example.test).")]
    [InlineData("::::::userdb_mailadmin=00000001", "::::::userdb_quota_rule=*:bytes=5 userdb_mailadmin=00000002", "Set a new quota for user alice@example.test (example.test).")]
    [InlineData("::::::userdb_quota_storage_size=5B", "::::::userdb_quota_storage_size=6B", "Set a new quota for user alice@example.test (example.test).")]
    public void Of_RowWithTheSameHash_SaysQuotaOnlyWhenTheQuotaDiffers(string before, string after, string sentence)
    {
        var rows = RowChanges.Of(LineDifference.Between(Row(before), Row(after)), RenderedKind.PasswdFile);
        Assert.Equal(sentence, PlanSentence.Of("/etc/mailadmin/dovecot/passwd/example.test", RenderedKind.PasswdFile, rows));
    }

    private static byte[] Row(string others) => System.Text.Encoding.ASCII.GetBytes($"{Hash}{others}\n");
}
