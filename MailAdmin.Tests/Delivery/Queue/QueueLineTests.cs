using System.Text;
using CsCheck;
using MailAdmin.Core.Delivery.Queue;

namespace MailAdmin.Tests.Delivery.Queue;

public sealed class QueueLineTests
{
    // From Postfix 3.7.11, domains exchanged.
    private const string Deferred = """{"queue_name": "deferred", "queue_id": "A11A6B1E31A", "arrival_time": 1795686638, "message_size": 332, "forced_expire": false, "sender": "eve@example.org", "recipients": [{"address": "a@gmail.test", "delay_reason": "connect to 127.0.0.1[127.0.0.1]:1: Connection refused"}, {"address": "\"we<b>ird\"@outlook.test"}]}""";

    [Fact]
    public void Parse_RealLine_HasEverything()
    {
        var message = Read(Deferred)!;
        Assert.Equal(("A11A6B1E31A", QueueName.Deferred, 332L, "eve@example.org", 2, false), (message.Id, message.Queue, message.SizeBytes, message.Sender, message.RecipientCount, message.IsForcedToExpire));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795686638), message.ArrivedAt);
        Assert.Equal(["gmail.test", "outlook.test"], message.Recipients.Select(r => r.Domain));
        Assert.Equal(("\"we<b>ird\"@outlook.test", null), (message.Recipients[1].Address, message.Recipients[1].Reason));
    }

    [Theory]
    [InlineData("""{"queue_name": "hold", "queue_id": "4jXXK539kpz1j3TN", "arrival_time": 1, "message_size": 1, "sender": "", "recipients": []}""", "long id, no forced_expire (before 3.5), a notification")]
    [InlineData("""{"new_field": {"deep": [1, {"x": 2}]}, "queue_name": "active", "queue_id": "A11A6B1E31A", "arrival_time": 1, "message_size": 1, "sender": "a", "recipients": [{"address": "b", "delay_reason": "r", "more": [1]}]}""", "fields of a later release")]
    [InlineData("""{"queue_name": "maildrop", "queue_id": "A11A6B1E31A", "arrival_time": 1, "message_size": 1, "sender": "\u0007\n", "recipients": [{"address": "\u202e"}]}""", "escapes")]
    public void Parse_OtherForms_AreRead(string line, string why) => Assert.True(Read(line) is not null, why);

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("postqueue: warning: x", "no JSON")]
    [InlineData("[]", "no object")]
    [InlineData("""{"queue_name": "deferred"}""", "no id")]
    [InlineData("""{"queue_name": "deferred", "queue_id": "ALL", "arrival_time": 1, "message_size": 1, "sender": "", "recipients": []}""", "ALL is no id")]
    [InlineData("""{"queue_name": "deferred", "queue_id": "../x", "arrival_time": 1, "message_size": 1, "sender": "", "recipients": []}""", "a path is no id")]
    [InlineData("""{"queue_name": "deferred", "queue_id": "A11A6B1E31A", "arrival_time": 99999999999999, "message_size": 1, "sender": "", "recipients": []}""", "no such time")]
    [InlineData("""{"queue_name": "nowhere", "queue_id": "A11A6B1E31A", "arrival_time": 1, "message_size": 1, "sender": "", "recipients": []}""", "no such queue")]
    [InlineData("""{"queue_name": "deferred", "queue_id": "A11A6B1E31A", "arrival_time": 1, "mess""", "cut off")]
    public void Parse_NotAMessage_IsNull(string line, string why) => Assert.True(Read(line) is null, why);

    [Fact]
    public void Parse_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 300].Sample(bytes => { QueueLine.Parse(bytes); }, iter: 3000);

    [Fact]
    public void Parse_ARealLineWithBytesExchanged_NeverThrows()
    {
        var line = Encoding.UTF8.GetBytes(Deferred);
        Gen.Select(Gen.Int[0, line.Length - 1], Gen.Byte).Array[1, 5].Sample(changes =>
        {
            var bytes = line.ToArray();
            foreach (var (at, to) in changes) bytes[at] = to;
            QueueLine.Parse(bytes);
        }, iter: 3000);
    }

    private static QueuedMessage? Read(string line) => QueueLine.Parse(Encoding.UTF8.GetBytes(line));
}
