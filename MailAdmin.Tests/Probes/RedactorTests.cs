using System.Text;
using CsCheck;
using MailAdmin.Core.Probes;

namespace MailAdmin.Tests.Probes;

public sealed class RedactorTests
{
    // AGFsaWNlAGh1bnRlcjI= is \0alice\0hunter2; aHVudGVyMg== is hunter2.
    public static TheoryData<string, string[]> Conversations => new()
    {
        { "C AUTH PLAIN AGFsaWNlAGh1bnRlcjI=\nS 235 2.7.0 ok\nC QUIT", ["AUTH PLAIN ***", "235 2.7.0 ok", "QUIT"] },
        { "C AUTH PLAIN\nS 334 \nC AGFsaWNlAGh1bnRlcjI=\nS 535 no\nC QUIT", ["AUTH PLAIN", "334 ***", "***", "535 no", "QUIT"] },
        { "C AUTH LOGIN\nS 334 VXNlcm5hbWU6\nC YWxpY2U=\nS 334 UGFzc3dvcmQ6\nC aHVudGVyMg==\nS 235 ok\nC MAIL FROM:<a@b>", ["AUTH LOGIN", "334 ***", "***", "334 ***", "***", "235 ok", "MAIL FROM:<a@b>"] },
        { "C auth plain AGFsaWNlAGh1bnRlcjI=\nS 235 ok", ["auth *** ***", "235 ok"] },
        { "C A1 LOGIN alice hunter2\nS A1 OK in\nC A2 NOOP", ["A1 LOGIN ***", "A1 OK in", "A2 NOOP"] },
        { "C A1 LOGIN {5}\nS + go\nC alice {7}\nS + go\nC hunter2\nS A1 OK in", ["A1 LOGIN ***", "+ ***", "***", "+ ***", "***", "A1 OK in"] },
        { "C A1 AUTHENTICATE PLAIN\nS + \nC AGFsaWNlAGh1bnRlcjI=\nS * CAPABILITY X\nS A1 NO hunter\nC A2 LOGOUT", ["A1 AUTHENTICATE PLAIN", "+ ***", "***", "* CAPABILITY X", "A1 NO hunter", "A2 LOGOUT"] },
        { "C AUTH hunter2\nS 504 no", ["AUTH ***", "504 no"] },
    };

    [Theory, MemberData(nameof(Conversations))]
    public void Lines_ByteByByte_ShowNoSecret(string conversation, string[] shown)
    {
        var (redactor, lines) = (new Redactor(), new List<string>());
        foreach (var line in conversation.Split('\n'))
            foreach (var b in Encoding.UTF8.GetBytes(line[2..] + "\r\n"))
            {
                if (line[0] == 'C') redactor.Client([b], lines.Add);
                else redactor.Server([b], lines.Add);
            }
        Assert.Equal(shown, lines);
    }

    [Fact]
    public void Lines_InPiecesOfAnySize_AreTheSame() => Gen.Int[1, 9].Array[1, 200].Sample(sizes =>
    {
        var bytes = Encoding.UTF8.GetBytes("AUTH PLAIN AGFsaWNlAGh1bnRlcjI=\r\nsecret line\r\n");
        var (redactor, lines) = (new Redactor(), new List<string>());
        for (int at = 0, i = 0; at < bytes.Length; at += sizes[i++ % sizes.Length]) redactor.Client(bytes.AsSpan(at, Math.Min(sizes[i % sizes.Length], bytes.Length - at)), lines.Add);
        Assert.Equal(["AUTH PLAIN ***", "***"], lines);
    });

    [Fact]
    public void Lines_WithoutEnd_AreBounded()
    {
        var (redactor, lines) = (new Redactor(), new List<string>());
        for (var i = 0; i < 1000; i++) redactor.Server(new byte[1000], lines.Add);
        redactor.Server("\n"u8, lines.Add);
        Assert.True(Assert.Single(lines).Length <= 501);
    }
}
